import CKernels
import Checkpoint

/// A linear layer: `y = x Wᵀ + b`, W [outputs, inputs] as it stands in the mapped checkpoint.
///
/// INT8 weights multiply activations quantised per token and give exact integer sums; BF16 and float32 weights
/// multiply in float32.
struct Linear: @unchecked Sendable {
    let outputs: Int
    let inputs: Int
    let matrix: nr_matrix
    /// Scales, bias and converted weights that `matrix` points into.
    private let storage: [Activations]

    var isQuantized: Bool { matrix.type == NR_I8 }

    init(weight: Tensor, scale: Activations? = nil, bias: Activations? = nil) throws(CheckpointError) {
        outputs = weight.shape[0]
        inputs = weight.shape.dropFirst().reduce(1, *)
        var storage = [scale, bias].compactMap { $0 }
        var data = weight.bytes.baseAddress
        let type: nr_type
        switch weight.dataType {
        case .i8 where scale != nil: type = NR_I8
        case .bf16: type = NR_BF16
        case .f32 where Int(bitPattern: data) % 4 == 0: type = NR_F32
        default:
            type = NR_F32
            let converted = Activations(rows: outputs, columns: inputs, values: try weight.floats())
            storage.append(converted)
            data = UnsafeRawPointer(converted.data)
        }
        matrix = nr_matrix(
            type: type, n: Int64(outputs), k: Int64(inputs), data: data, scale: scale.map { UnsafePointer($0.data) },
            bias: bias.map { UnsafePointer($0.data) })
        self.storage = storage
    }

    func callAsFunction(_ x: LinearInput) -> Activations {
        let y = Activations(rows: x.activations.rows, columns: outputs)
        withUnsafePointer(to: matrix) { matrix in
            withUnsafePointer(to: x.rows) { rows in
                nr_linear(x.pool.handle, matrix, rows, y.data, Int64(outputs))
            }
        }
        return y
    }

    func callAsFunction(_ x: Activations, _ pool: ThreadPool) -> Activations {
        self(LinearInput(x, quantized: isQuantized, pool: pool))
    }
}

/// Activations as linear layers read them: quantised once, however many layers share them.
final class LinearInput {
    let activations: Activations
    let pool: ThreadPool
    private(set) var rows: nr_rows
    private let codes: UnsafeMutableRawPointer?

    init(_ x: Activations, quantized: Bool, pool: ThreadPool) {
        activations = x
        self.pool = pool
        rows = nr_rows()
        rows.m = Int64(x.rows)
        rows.k = Int64(x.columns)
        rows.x = UnsafePointer(x.data)
        rows.x_stride = Int64(x.columns)
        guard quantized else {
            codes = nil
            return
        }
        // One block: codes, then scales, then sums.
        let stride = (x.columns + 63) / 64 * 64
        let block = UnsafeMutableRawPointer.allocate(byteCount: max(1, x.rows * (stride + 8)), alignment: 64)
        codes = block
        rows.q = block.bindMemory(to: Int8.self, capacity: x.rows * stride)
        rows.q_stride = Int64(stride)
        rows.q_scale = (block + x.rows * stride).bindMemory(to: Float.self, capacity: x.rows)
        rows.q_sum = (block + x.rows * (stride + 4)).bindMemory(to: Int32.self, capacity: x.rows)
        nr_quantize(pool.handle, &rows)
    }

    deinit { codes?.deallocate() }
}

/// Linear layers of one shape, one for each expert; each expert gets its own rows of the input.
struct ExpertLinears: @unchecked Sendable {
    let outputs: Int
    let isQuantized: Bool
    private let layers: [Linear]
    private let matrices: [nr_matrix]

    init(_ layers: [Linear]) {
        self.layers = layers
        matrices = layers.map(\.matrix)
        outputs = layers[0].outputs
        isQuantized = layers[0].isQuantized
    }

    /// `firstRow[e]` up to `firstRow[e + 1]` are expert e's rows; `firstRow.count` is one more than the experts.
    func callAsFunction(_ x: LinearInput, firstRow: [Int64]) -> Activations {
        let y = Activations(rows: x.activations.rows, columns: outputs)
        withUnsafePointer(to: x.rows) { rows in
            nr_linear_grouped(
                x.pool.handle, matrices, firstRow, Int64(matrices.count), rows, y.data, Int64(outputs))
        }
        return y
    }
}

/// The codes of `x` [rows, inputs] and their exact integer products with an INT8 weight [outputs, inputs], as the kernel
/// in use computes them.
package func integerSums(_ weight: Tensor, _ x: Activations) throws -> (codes: [Int8], values: [Int32]) {
    let pool = try ThreadPool(threads: 1)
    let unit = Activations(rows: 1, columns: weight.shape[0])
    unit.data.update(repeating: 1, count: unit.columns)
    let layer = try Linear(weight: weight, scale: unit)
    let input = LinearInput(x, quantized: true, pool: pool)
    let codes = (0..<x.rows).flatMap { row in
        (0..<x.columns).map { input.rows.q[row * Int(input.rows.q_stride) + $0] }
    }
    var values = [Int32](repeating: 0, count: x.rows * layer.outputs)
    withUnsafePointer(to: layer.matrix) { matrix in
        withUnsafePointer(to: input.rows) { nr_linear_i8_sums(matrix, $0, &values, Int64(layer.outputs)) }
    }
    return (codes, values)
}
