import CKernels
import Checkpoint

/// One decoder layer: attention and feed-forward, each normalised before and added to the residual stream.
struct DecoderLayer: Sendable {
    let inputNorm: RMSNorm
    let attention: DecoderAttention
    let postAttentionNorm: RMSNorm
    let feedForward: FeedForward

    init(_ reader: WeightReader, _ configuration: ModelConfiguration.Text, layer: Int, name: String) throws {
        let (hidden, epsilon) = (configuration.hiddenSize, configuration.rmsNormEpsilon)
        inputNorm = try reader.rmsNorm(name + ".input_layernorm", hidden, epsilon: epsilon)
        attention = try DecoderAttention(reader, configuration, layer: layer, name: name + ".self_attn")
        postAttentionNorm = try reader.rmsNorm(name + ".post_attention_layernorm", hidden, epsilon: epsilon)
        if configuration.denseLayers.contains(layer) {
            feedForward = .dense(
                try DenseFeedForward(
                    reader, hidden: hidden, intermediate: configuration.intermediateSize, name: name + ".mlp"))
        } else {
            feedForward = .experts(try MixtureOfExperts(reader, configuration, name: name + ".mlp"))
        }
    }

    func callAsFunction(_ batch: TokenBatch, rotary: RotaryTables, routing: Routing, _ pool: ThreadPool) {
        let x = batch.hidden
        x.add(attention(inputNorm(x, pool), batch: batch, rotary: rotary, pool), pool)
        x.add(feedForward(postAttentionNorm(x, pool), routing: routing, pool), pool)
    }
}

/// The text model: embeddings, decoder layers with deepstack, final norm and head.
package final class Thinker: Sendable {
    let configuration: ModelConfiguration.Text
    let embed: EmbeddingTable
    private let layers: [DecoderLayer]
    private let norm: RMSNorm
    private let head: Linear
    private let rotary: RotaryEmbedding
    private let pool: ThreadPool

    init(_ reader: WeightReader, _ configuration: ModelConfiguration.Text, prefix: String, pool: ThreadPool) throws {
        self.configuration = configuration
        self.pool = pool
        let hidden = configuration.hiddenSize
        embed = try EmbeddingTable(
            reader, prefix + "model.embed_tokens.weight", vocabulary: configuration.vocabularySize, hidden: hidden)
        layers = try (0..<configuration.layers).map {
            try DecoderLayer(reader, configuration, layer: $0, name: "\(prefix)model.layers.\($0)")
        }
        norm = try reader.rmsNorm(prefix + "model.norm", hidden, epsilon: configuration.rmsNormEpsilon)
        let headName = configuration.tiedEmbeddings ? "model.embed_tokens" : "lm_head"
        head = try reader.linear(prefix + headName, outputs: configuration.vocabularySize, inputs: hidden)
        rotary = RotaryEmbedding(
            headDimension: configuration.headDimension, theta: configuration.ropeTheta,
            section: configuration.mropeSection)
    }

    package func makeCache(capacity: Int) -> KVCache {
        KVCache(
            layers: configuration.layers, width: configuration.keyValueHeads * configuration.headDimension,
            capacity: capacity)
    }

    /// Hidden states after the final norm [tokens, hidden]. The sequences' caches take in keys and values.
    package func forward(_ batch: TokenBatch, routing: Routing = .free) -> Activations {
        let tables = rotary.tables(batch.positions)
        for (index, layer) in layers.enumerated() {
            layer(batch, rotary: tables, routing: routing, pool)
            for row in batch.deepstack where index < row.features.count {
                nr_add(
                    batch.hidden.row(row.token), row.features[index].row(row.source), Int64(configuration.hiddenSize))
            }
        }
        return norm(batch.hidden, pool)
    }

    /// Logits [rows, vocabulary] of normalised hidden states.
    package func logits(_ hidden: Activations) -> Activations { head(hidden, pool) }
}
