import CKernels
import Checkpoint
import Features
import Foundation

/// The AuT audio encoder: log-mel in 1 s chunks through three convolutions, sinusoid positions that restart in every
/// chunk, and transformer layers whose attention sees windows of 8 s.
package final class AudioEncoder: Sendable {
    private let configuration: ModelConfiguration.Audio
    private let convolutions: ConvolutionStack
    private let flatten: Linear
    private let layers: [AudioLayer]
    private let norm: LayerNorm
    private let projection1: Linear
    private let projection2: Linear
    private let pool: ThreadPool

    init(_ reader: WeightReader, _ configuration: ModelConfiguration.Audio, prefix: String, pool: ThreadPool) throws {
        self.configuration = configuration
        self.pool = pool
        let width = configuration.modelSize
        convolutions = try ConvolutionStack(reader, channels: configuration.downsampleHiddenSize, prefix: prefix)
        let bins = ConvolutionStack.outputLength(configuration.melBins)
        flatten = try reader.linear(
            prefix + "conv_out", outputs: width, inputs: configuration.downsampleHiddenSize * bins)
        layers = try (0..<configuration.layers).map {
            try AudioLayer(reader, configuration, name: "\(prefix)layers.\($0)")
        }
        norm = try reader.layerNorm(prefix + "ln_post", width, epsilon: 1e-5)
        projection1 = try reader.linear(prefix + "proj1", outputs: width, inputs: width, bias: true)
        projection2 = try reader.linear(
            prefix + "proj2", outputs: configuration.outputSize, inputs: width, bias: true)
    }

    /// All clips of one prompt; for each [tokens, thinker hidden]. As in the reference, a short last chunk is padded to
    /// the longest chunk of the call before it is convolved, and the attention window follows from that length.
    package func callAsFunction(
        _ clips: [LogMel], isCancelled: CancellationCheck = { false }
    ) throws(CancellationError) -> [Activations] {
        guard !clips.isEmpty else { return [] }
        let chunkFrames = 2 * configuration.window
        let chunks = clips.enumerated().flatMap { clip, mel in
            stride(from: 0, to: mel.frames, by: chunkFrames).map {
                Chunk(clip: clip, frames: $0..<min($0 + chunkFrames, mel.frames))
            }
        }
        let longest = chunks.map(\.frames.count).max() ?? 0
        let rowsOfChunk = chunks.map { ConvolutionStack.outputLength($0.frames.count) }
        let firstRow = rowsOfChunk.reduce(into: [0]) { $0.append($0.last! + $1) }
        let features = convolve(chunks, of: clips, paddedTo: longest, firstRow: firstRow)
        let x = flatten(features, pool)
        addPositions(x, rowsOfChunk: rowsOfChunk, firstRow: firstRow)

        let rowsOfClip = clips.indices.map { clip in
            zip(chunks, rowsOfChunk).reduce(0) { $0 + ($1.0.clip == clip ? $1.1 : 0) }
        }
        let window = ConvolutionStack.outputLength(longest) * (configuration.inferenceWindow / chunkFrames)
        let segments = windows(rowsOfClip, length: window)
        for layer in layers {
            try checkCancellation(isCancelled)
            layer(x, segments: segments, pool)
        }
        let wide = projection1(norm(x, pool), pool)
        wide.applyGELU(pool)
        return split(projection2(wide, pool), rowsOfClip)
    }

    private struct Chunk {
        let clip: Int
        let frames: Range<Int>
    }

    /// Valid rows of all chunks [rows, channels * bins], channel-major.
    private func convolve(_ chunks: [Chunk], of clips: [LogMel], paddedTo longest: Int, firstRow: [Int]) -> Activations
    {
        let bins = configuration.melBins
        let features = Activations(
            rows: firstRow.last!, columns: convolutions.channels * ConvolutionStack.outputLength(bins))
        pool.forEach(chunks.count) { index, _ in
            let chunk = chunks[index]
            let mel = clips[chunk.clip]
            let input = Activations(rows: 1, columns: bins * longest)
            input.data.update(repeating: 0, count: bins * longest)
            for bin in 0..<bins {
                for (column, frame) in chunk.frames.enumerated() {
                    input.data[bin * longest + column] = mel.values[bin * mel.frames + frame]
                }
            }
            let map = convolutions(FeatureMap(values: input, height: bins, width: longest))
            for row in 0..<(firstRow[index + 1] - firstRow[index]) {
                let target = features.row(firstRow[index] + row)
                for channel in 0..<convolutions.channels {
                    let source = map.values.row(channel)
                    for bin in 0..<map.height { target[channel * map.height + bin] = source[bin * map.width + row] }
                }
            }
        }
        return features
    }

    /// [sin(p s_k) | cos(p s_k)], s_k = exp(-k ln(10000) / (d/2 - 1)), p counted within the chunk.
    private func addPositions(_ x: Activations, rowsOfChunk: [Int], firstRow: [Int]) {
        let half = configuration.modelSize / 2
        let step = logf(10_000) / Float(half - 1)
        let table = Activations(rows: rowsOfChunk.max() ?? 0, columns: half * 2)
        for position in 0..<table.rows {
            for k in 0..<half {
                let angle = Float(position) * expf(-Float(k) * step)
                table.row(position)[k] = sinf(angle)
                table.row(position)[half + k] = cosf(angle)
            }
        }
        for (chunk, rows) in rowsOfChunk.enumerated() {
            for row in 0..<rows { nr_add(x.row(firstRow[chunk] + row), table.row(row), Int64(x.columns)) }
        }
    }

    /// Each clip cut into windows of `length` rows, the rest last.
    private func windows(_ rowsOfClip: [Int], length: Int) -> [Range<Int>] {
        var segments: [Range<Int>] = []
        var start = 0
        for rows in rowsOfClip {
            for first in stride(from: 0, to: rows, by: max(1, length)) {
                segments.append(start + first..<start + min(first + length, rows))
            }
            start += rows
        }
        return segments
    }

    private func split(_ x: Activations, _ rows: [Int]) -> [Activations] {
        var start = 0
        return rows.map { count in
            defer { start += count }
            return x.gather(Array(start..<start + count))
        }
    }
}

struct AudioLayer: Sendable {
    private let attentionNorm: LayerNorm
    private let query: Linear
    private let key: Linear
    private let value: Linear
    private let output: Linear
    private let finalNorm: LayerNorm
    private let fc1: Linear
    private let fc2: Linear
    private let attention: SegmentAttention

    init(_ reader: WeightReader, _ configuration: ModelConfiguration.Audio, name: String) throws {
        let (width, wide) = (configuration.modelSize, configuration.feedForwardSize)
        attentionNorm = try reader.layerNorm(name + ".self_attn_layer_norm", width, epsilon: 1e-5)
        query = try reader.linear(name + ".self_attn.q_proj", outputs: width, inputs: width, bias: true)
        key = try reader.linear(name + ".self_attn.k_proj", outputs: width, inputs: width, bias: true)
        value = try reader.linear(name + ".self_attn.v_proj", outputs: width, inputs: width, bias: true)
        output = try reader.linear(name + ".self_attn.out_proj", outputs: width, inputs: width, bias: true)
        finalNorm = try reader.layerNorm(name + ".final_layer_norm", width, epsilon: 1e-5)
        fc1 = try reader.linear(name + ".fc1", outputs: wide, inputs: width, bias: true)
        fc2 = try reader.linear(name + ".fc2", outputs: width, inputs: wide, bias: true)
        attention = SegmentAttention(heads: configuration.heads, headDimension: width / configuration.heads)
    }

    func callAsFunction(_ x: Activations, segments: [Range<Int>], _ pool: ThreadPool) {
        let input = LinearInput(attentionNorm(x, pool), quantized: query.isQuantized, pool: pool)
        let (q, k, v) = (query(input), key(input), value(input))
        let attended = attention(q: q.data, k: k.data, v: v.data, stride: x.columns, segments: segments, pool)
        x.add(output(attended, pool), pool)
        let wide = fc1(finalNorm(x, pool), pool)
        wide.applyGELU(pool)
        x.add(fc2(wide, pool), pool)
    }
}
