import CKernels
import COpenBLAS
import Checkpoint
import Features
import SystemPackage
import Tokenizer

/// A checkpoint directory, mapped and ready. Weights are shared by everything that runs on it.
public final class OmniModel: @unchecked Sendable {
    public let directory: FilePath
    public let configuration: ModelConfiguration
    public let preprocessor: PreprocessorConfiguration
    public let tokenizer: Tokenizer
    public let precision: Precision
    public let fingerprint: String
    package let checkpoint: Checkpoint
    package let thinker: Thinker
    package let vision: VisionEncoder
    package let audio: AudioEncoder
    private let template: ChatTemplate
    private let pool: ThreadPool

    /// `precision` nil: INT8 if the checkpoint is quantised, else float32. `threads` nil: all that this process may use.
    /// - Throws: `CheckpointError`, `TokenizerError` or `EngineError`, each one line for the user.
    public init(directory: FilePath, precision: Precision? = nil, threads: Int? = nil) throws {
        self.directory = directory
        configuration = try ModelConfiguration(directory: directory)
        let stored: Precision = configuration.isQuantized ? .int8 : .float32
        if precision == .int8, stored == .float32 {
            throw EngineError("\(directory) is not quantised; convert it first: nightreel convert \(directory) DST")
        }
        if precision == .float32, stored == .int8 {
            throw EngineError("\(directory) is INT8; --precision float32 needs the checkpoint it was converted from")
        }
        self.precision = stored
        preprocessor = try PreprocessorConfiguration(directory: directory)
        tokenizer = try Tokenizer(directory: directory)
        template = try ChatTemplate(directory: directory)
        fingerprint = try modelFingerprint(directory: directory)
        checkpoint = try Checkpoint(directory)
        pool = try ThreadPool(threads: max(1, threads ?? ThreadPool.availableCores))
        openblas_set_num_threads(1)  // our own threads call it
        let reader = WeightReader(checkpoint: checkpoint, precision: stored)
        // Exports of the thinker alone leave the prefix out.
        let prefix = checkpoint.contains("thinker.model.embed_tokens.weight") ? "thinker." : ""
        thinker = try Thinker(reader, configuration.text, prefix: prefix, pool: pool)
        vision = try VisionEncoder(reader, configuration.vision, prefix: prefix + "visual.", pool: pool)
        audio = try AudioEncoder(reader, configuration.audio, prefix: prefix + "audio_tower.", pool: pool)
    }

    public var threads: Int { pool.threads }

    /// Directory name, parameters and precision for the user, e.g. "model (16.7 M, INT8)".
    public var summary: String {
        let parameters = checkpoint.tensorNames.filter { !$0.hasSuffix(".weight_scale") }.reduce(0) {
            $0 + ((try? checkpoint.tensor($1).elementCount) ?? 0)
        }
        let name = directory.lastComponent?.string ?? directory.string
        return "\(name) (\(scaled(parameters)), \(precision == .int8 ? "INT8" : "float32"))"
    }

    /// Instruction set and threads, e.g. "avx512-vnni, 4 threads".
    public var engineSummary: String {
        "\(String(cString: nr_isa_name(nr_isa_current()))), \(threads) thread\(threads == 1 ? "" : "s")"
    }

    private func scaled(_ count: Int) -> String {
        let (value, unit) = count >= 1_000_000_000 ? (Double(count) / 1e9, "B") : (Double(count) / 1e6, "M")
        return "\((value * 10).rounded() / 10) \(unit)"
    }

    /// Renders the model's chat format, expands the media and gives every token its position.
    public func prepare(_ turns: [PromptTurn]) throws -> PreparedPrompt {
        var media: [MediaFeatures] = []
        let messages = try turns.map { turn in
            ChatMessage(
                role: turn.role,
                content: try turn.parts.map { part in
                    switch part {
                    case .text(let text):
                        try refuseControlTokens(in: text)
                        return .text(text)
                    case .media(let features):
                        media.append(features)
                        switch features {
                        case .image: return .image
                        case .audio: return .audio
                        case .video, .videoWithAudio: return .video
                        }
                    }
                })
        }
        return try prepare(renderedChat: renderChat(messages), media: media)
    }

    /// The model's own chat format, ready for the answer.
    package func renderChat(_ messages: [ChatMessage]) throws -> String { try template.render(messages) }

    /// The same for a chat rendered elsewhere; each medium is one placeholder in it.
    package func prepare(renderedChat: String, media: [MediaFeatures]) throws -> PreparedPrompt {
        try PromptBuilder.build(
            template: tokenizer.encode(renderedChat), media: media, tokens: configuration.tokens,
            positionsPerSecond: configuration.positionsPerSecond, mergeSize: configuration.vision.mergeSize)
    }

    /// A prompt comes from manifests and tables: it must not be able to end the turn or to place media.
    private func refuseControlTokens(in text: String) throws {
        guard text.contains("<") else { return }
        if let token = tokenizer.encode(text).first(where: tokenizer.isSpecial) {
            throw EngineError("the prompt contains '\(tokenizer.decode([token]))', a control token of the model")
        }
    }

    /// Token embeddings with the encoders' outputs in place of placeholders.
    package func embed(
        _ prompt: PreparedPrompt, isCancelled: CancellationCheck = { false }
    ) throws(CancellationError) -> PromptEmbedding {
        let hidden = thinker.embed(prompt.tokens)
        let clips = try audio(prompt.media.compactMap(\.logMel), isCancelled: isCancelled)
        var nextClip = clips.makeIterator()
        var deepstack: [DeepstackRow] = []
        for item in prompt.media {
            if let patches = item.patches {
                let encoded = try vision(patches, isCancelled: isCancelled)
                place(encoded.embeddings, at: item.visualTokens, in: hidden)
                for (source, token) in item.visualTokens.enumerated() {
                    deepstack.append(DeepstackRow(token: token, features: encoded.deepstack, source: source))
                }
            }
            if item.logMel != nil, let clip = nextClip.next() { place(clip, at: item.audioTokens, in: hidden) }
        }
        return PromptEmbedding(hidden: hidden, deepstack: deepstack)
    }

    private func place(_ rows: Activations, at tokens: [Int], in hidden: Activations) {
        precondition(rows.rows == tokens.count, "an encoder made \(rows.rows) rows for \(tokens.count) tokens")
        for (row, token) in tokens.enumerated() { hidden.row(token).update(from: rows.row(row), count: rows.columns) }
    }

    /// Prefills in chunks; the normalised hidden states of the last token, or of all where `keepsAll` says so.
    package func prefill(
        _ prompt: PreparedPrompt, embeddings: PromptEmbedding, cache: KVCache, routing: Routing = .free,
        keepsAll: Bool = false, isCancelled: CancellationCheck = { false }
    ) throws(CancellationError) -> Activations {
        let count = prompt.tokens.count
        let width = configuration.text.hiddenSize
        let kept = Activations(rows: keepsAll ? count : 1, columns: width)
        for start in stride(from: 0, to: count, by: Self.prefillChunk) {
            try checkCancellation(isCancelled)
            let range = start..<min(start + Self.prefillChunk, count)
            let hidden = embeddings.hidden.gather(Array(range))
            cache.extend(by: range.count)
            let output = thinker.forward(
                TokenBatch(
                    hidden: hidden, positions: Array(prompt.positions[range]),
                    caches: Array(repeating: cache, count: range.count), slots: Array(range),
                    deepstack: embeddings.deepstack.compactMap { row in
                        guard range.contains(row.token) else { return nil }
                        return DeepstackRow(token: row.token - start, features: row.features, source: row.source)
                    }), routing: routing)
            if keepsAll {
                kept.row(start).update(from: output.data, count: range.count * width)
            } else if range.upperBound == count {
                kept.row(0).update(from: output.row(range.count - 1), count: width)
            }
        }
        return kept
    }

    /// Large enough to fill the matrix kernels, small enough that activations stay in tens of megabytes.
    private static let prefillChunk = 512
}

/// A prompt as the decoder takes it.
package struct PromptEmbedding {
    /// [tokens, hidden]
    package let hidden: Activations
    let deepstack: [DeepstackRow]
}
