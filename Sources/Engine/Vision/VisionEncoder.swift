import CKernels
import Checkpoint
import Features

/// What the thinker sees of one image or video: rows for its placeholder tokens.
package struct VisualEmbedding: Sendable {
    /// [tokens, thinker hidden]
    package let embeddings: Activations
    /// One a deepstack level, same shape.
    package let deepstack: [Activations]
}

/// SigLIP2-like vision transformer with 2 x 2 merging and deepstack outputs (forward pass as in transformers'
/// Qwen3OmniMoeVisionEncoder). Attention is bidirectional within each temporal slice.
package final class VisionEncoder: Sendable {
    private let configuration: ModelConfiguration.Vision
    private let patchEmbedding: Linear
    private let positions: VisionPositionTable
    private let blocks: [VisionBlock]
    private let merger: PatchMerger
    private let deepstackMergers: [PatchMerger]
    private let pool: ThreadPool

    init(_ reader: WeightReader, _ configuration: ModelConfiguration.Vision, prefix: String, pool: ThreadPool) throws {
        self.configuration = configuration
        self.pool = pool
        let hidden = configuration.hiddenSize
        let patch =
            configuration.inputChannels * configuration.temporalPatchSize * configuration.patchSize
            * configuration.patchSize
        patchEmbedding = try reader.linear(prefix + "patch_embed.proj", outputs: hidden, inputs: patch, bias: true)
        positions = VisionPositionTable(
            table: try reader.kernel(prefix + "pos_embed.weight", shape: [configuration.positionEmbeddings, hidden]),
            side: Int(Double(configuration.positionEmbeddings).squareRoot()))
        blocks = try (0..<configuration.depth).map {
            try VisionBlock(reader, configuration, name: "\(prefix)blocks.\($0)")
        }
        merger = try PatchMerger(reader, configuration, name: prefix + "merger", normalizesMerged: false)
        deepstackMergers = try configuration.deepstackIndexes.indices.map {
            try PatchMerger(reader, configuration, name: "\(prefix)merger_list.\($0)", normalizesMerged: true)
        }
    }

    package func callAsFunction(
        _ patches: VisionPatches, isCancelled: CancellationCheck = { false }
    ) throws(CancellationError) -> VisualEmbedding {
        let grid = patches.grid
        let order = mergeBlockOrder(grid, mergeSize: configuration.mergeSize)
        let x = patchEmbedding(
            Activations(
                rows: grid.patchCount, columns: patches.values.count / grid.patchCount, values: patches.values), pool)
        let slice = positions.interpolated(grid, order: order)
        pool.forEach(x.rows) { row, _ in nr_add(x.row(row), slice.row(row % slice.rows), Int64(x.columns)) }
        let rotary = visionRotaryTables(
            order: order, headDimension: configuration.hiddenSize / configuration.heads)
        let segments = (0..<grid.t).map { $0 * slice.rows..<($0 + 1) * slice.rows }
        var deepstack: [Activations] = []
        for (index, block) in blocks.enumerated() {
            try checkCancellation(isCancelled)
            block(x, rotary: rotary, segments: segments, pool)
            if let level = configuration.deepstackIndexes.firstIndex(of: index) {
                deepstack.append(deepstackMergers[level](x, pool))
            }
        }
        return VisualEmbedding(embeddings: merger(x, pool), deepstack: deepstack)
    }
}

struct VisionBlock: Sendable {
    private let norm1: LayerNorm
    private let qkv: Linear
    private let projection: Linear
    private let norm2: LayerNorm
    private let fc1: Linear
    private let fc2: Linear
    private let attention: SegmentAttention
    private let usesTanh: Bool

    init(_ reader: WeightReader, _ configuration: ModelConfiguration.Vision, name: String) throws {
        let (hidden, wide) = (configuration.hiddenSize, configuration.intermediateSize)
        norm1 = try reader.layerNorm(name + ".norm1", hidden, epsilon: 1e-6)
        qkv = try reader.linear(name + ".attn.qkv", outputs: 3 * hidden, inputs: hidden, bias: true)
        projection = try reader.linear(name + ".attn.proj", outputs: hidden, inputs: hidden, bias: true)
        norm2 = try reader.layerNorm(name + ".norm2", hidden, epsilon: 1e-6)
        fc1 = try reader.linear(name + ".mlp.linear_fc1", outputs: wide, inputs: hidden, bias: true)
        fc2 = try reader.linear(name + ".mlp.linear_fc2", outputs: hidden, inputs: wide, bias: true)
        attention = SegmentAttention(heads: configuration.heads, headDimension: hidden / configuration.heads)
        usesTanh = configuration.activation == "gelu_pytorch_tanh"
    }

    func callAsFunction(_ x: Activations, rotary: RotaryTables, segments: [Range<Int>], _ pool: ThreadPool) {
        let hidden = x.columns
        let mixed = qkv(norm1(x, pool), pool)
        let slice = rotary.cosines.rows
        pool.forEach(x.rows) { row, _ in
            rotary.apply(to: mixed.row(row), token: row % slice, heads: attention.heads)
            rotary.apply(to: mixed.row(row) + hidden, token: row % slice, heads: attention.heads)
        }
        let attended = attention(
            q: mixed.data, k: mixed.data + hidden, v: mixed.data + 2 * hidden, stride: 3 * hidden, segments: segments,
            pool)
        x.add(projection(attended, pool), pool)
        let wide = fc1(norm2(x, pool), pool)
        if usesTanh { wide.applyGELUTanh(pool) } else { wide.applyGELU(pool) }
        x.add(fc2(wide, pool), pool)
    }
}

/// Four neighbouring patches become one row of the thinker's width.
struct PatchMerger: Sendable {
    private let norm: LayerNorm
    private let first: Linear
    private let second: Linear
    private let patches: Int
    /// Deepstack mergers normalise the four patches joined, the last one each patch.
    private let normalizesMerged: Bool

    init(_ reader: WeightReader, _ configuration: ModelConfiguration.Vision, name: String, normalizesMerged: Bool)
        throws
    {
        self.normalizesMerged = normalizesMerged
        patches = configuration.mergeSize * configuration.mergeSize
        let merged = configuration.hiddenSize * patches
        norm = try reader.layerNorm(
            name + ".ln_q", normalizesMerged ? merged : configuration.hiddenSize, epsilon: 1e-6)
        first = try reader.linear(name + ".mlp.0", outputs: merged, inputs: merged, bias: true)
        second = try reader.linear(name + ".mlp.2", outputs: configuration.outputSize, inputs: merged, bias: true)
    }

    func callAsFunction(_ x: Activations, _ pool: ThreadPool) -> Activations {
        let joined =
            normalizesMerged
            ? norm(x.joined(everyRows: patches), pool) : norm(x, pool).joined(everyRows: patches)
        let wide = first(joined, pool)
        wide.applyGELU(pool)
        return second(wide, pool)
    }
}
