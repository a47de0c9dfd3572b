import CKernels
import Checkpoint

/// Causal grouped-query self-attention with RMS-normalised queries and keys and rotary positions.
struct DecoderAttention: Sendable {
    private let query: Linear
    private let key: Linear
    private let value: Linear
    private let output: Linear
    private let queryNorm: RMSNorm
    private let keyNorm: RMSNorm
    private let configuration: ModelConfiguration.Text
    private let layer: Int

    init(_ reader: WeightReader, _ configuration: ModelConfiguration.Text, layer: Int, name: String) throws {
        self.configuration = configuration
        self.layer = layer
        let (hidden, dimension) = (configuration.hiddenSize, configuration.headDimension)
        let queryWidth = configuration.heads * dimension
        let keyWidth = configuration.keyValueHeads * dimension
        query = try reader.linear(name + ".q_proj", outputs: queryWidth, inputs: hidden)
        key = try reader.linear(name + ".k_proj", outputs: keyWidth, inputs: hidden)
        value = try reader.linear(name + ".v_proj", outputs: keyWidth, inputs: hidden)
        output = try reader.linear(name + ".o_proj", outputs: hidden, inputs: queryWidth)
        let epsilon = configuration.rmsNormEpsilon
        queryNorm = try reader.rmsNorm(name + ".q_norm", dimension, epsilon: epsilon)
        keyNorm = try reader.rmsNorm(name + ".k_norm", dimension, epsilon: epsilon)
    }

    func callAsFunction(_ x: Activations, batch: TokenBatch, rotary: RotaryTables, _ pool: ThreadPool) -> Activations {
        let input = LinearInput(x, quantized: query.isQuantized, pool: pool)
        let (q, k, v) = (query(input), key(input), value(input))
        let (heads, keyValueHeads, dimension) = (
            configuration.heads, configuration.keyValueHeads, configuration.headDimension
        )
        pool.forEach(x.rows) { token, _ in
            normalize(q.row(token), heads: heads, queryNorm)
            normalize(k.row(token), heads: keyValueHeads, keyNorm)
            rotary.apply(to: q.row(token), token: token, heads: heads)
            rotary.apply(to: k.row(token), token: token, heads: keyValueHeads)
            batch.caches[token].write(layer: layer, slot: batch.slots[token], key: k.row(token), value: v.row(token))
        }
        let mixed = Activations(rows: x.rows, columns: heads * dimension)
        let longest = (batch.slots.max() ?? 0) + 1
        let scratch = Activations(
            rows: pool.threads, columns: heads / keyValueHeads * ((longest + 15) / 16 * 16))
        let keys = batch.caches.map { UnsafePointer<Float>?($0.keys(layer: layer)) }
        let values = batch.caches.map { UnsafePointer<Float>?($0.values(layer: layer)) }
        let lengths = batch.slots.map { Int64($0 + 1) }
        keys.withUnsafeBufferPointer { keys in
            values.withUnsafeBufferPointer { values in
                lengths.withUnsafeBufferPointer { lengths in
                    var arguments = nr_attention(
                        tokens: Int64(x.rows), heads: Int64(heads), kv_heads: Int64(keyValueHeads),
                        head_dim: Int64(dimension), q: UnsafePointer(q.data), out: mixed.data,
                        keys: keys.baseAddress, values: values.baseAddress, length: lengths.baseAddress,
                        scale: 1 / Float(dimension).squareRoot(), scratch: scratch.data,
                        scratch_stride: Int64(scratch.columns))
                    nr_attention_run(pool.handle, &arguments)
                }
            }
        }
        return output(mixed, pool)
    }

    private func normalize(_ row: UnsafeMutablePointer<Float>, heads: Int, _ norm: RMSNorm) {
        let dimension = configuration.headDimension
        for head in 0..<heads {
            let start = row + head * dimension
            nr_rmsnorm(start, norm.weight.data, start, Int64(dimension), norm.epsilon)
        }
    }
}
