import CKernels
import COpenBLAS
import Checkpoint

/// Three 3 x 3 convolutions of stride 2 with GELU: a chunk of log-mel [1, bins, frames] becomes [channels, bins/8, frames/8].
struct ConvolutionStack: Sendable {
    private let layers: [Convolution]
    let channels: Int

    init(_ reader: WeightReader, channels: Int, prefix: String) throws {
        self.channels = channels
        layers = try (1...3).map {
            try Convolution(
                reader, inputs: $0 == 1 ? 1 : channels, outputs: channels, name: "\(prefix)conv2d\($0)")
        }
    }

    /// What a height or width becomes: each convolution halves it, rounding up.
    static func outputLength(_ length: Int) -> Int { (0..<3).reduce(length) { length, _ in (length + 1) / 2 } }

    func callAsFunction(_ chunk: FeatureMap) -> FeatureMap {
        layers.reduce(chunk) { map, layer in
            let result = layer(map)
            nr_gelu_erf(result.values.data, Int64(result.values.rows * result.values.columns))
            return result
        }
    }
}

/// [channels, height * width]
struct FeatureMap {
    let values: Activations
    let height: Int
    let width: Int
}

/// 3 x 3, stride 2, padding 1, as a matrix product over unfolded patches.
struct Convolution: Sendable {
    /// [outputs, inputs * 9]
    private let weight: Activations
    private let bias: Activations

    init(_ reader: WeightReader, inputs: Int, outputs: Int, name: String) throws {
        weight = try reader.kernel(name + ".weight", shape: [outputs, inputs, 3, 3])
        bias = try reader.vector(name + ".bias", outputs)
    }

    func callAsFunction(_ map: FeatureMap) -> FeatureMap {
        let (height, width) = ((map.height + 1) / 2, (map.width + 1) / 2)
        let patches = unfolded(map, height: height, width: width)
        let result = Activations(rows: weight.rows, columns: height * width)
        for output in 0..<result.rows {
            result.row(output).update(repeating: bias.data[output], count: result.columns)
        }
        cblas_sgemm(
            CblasRowMajor, CblasNoTrans, CblasNoTrans, Int32(result.rows), Int32(result.columns),
            Int32(weight.columns), 1, weight.data, Int32(weight.columns), patches.data, Int32(patches.columns), 1,
            result.data, Int32(result.columns))
        return FeatureMap(values: result, height: height, width: width)
    }

    /// [channels * 9, height * width]: what each weight meets, zero outside the map.
    private func unfolded(_ map: FeatureMap, height: Int, width: Int) -> Activations {
        let patches = Activations(rows: map.values.rows * 9, columns: height * width)
        for channel in 0..<map.values.rows {
            let source = map.values.row(channel)
            for tap in 0..<9 {
                let target = patches.row(channel * 9 + tap)
                for y in 0..<height {
                    let row = 2 * y + tap / 3 - 1
                    for x in 0..<width {
                        let column = 2 * x + tap % 3 - 1
                        let inside = row >= 0 && row < map.height && column >= 0 && column < map.width
                        target[y * width + x] = inside ? source[row * map.width + column] : 0
                    }
                }
            }
        }
        return patches
    }
}
