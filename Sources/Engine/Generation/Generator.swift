import Tokenizer

/// Runs up to `batchSize` requests side by side. What a request yields does not depend on its neighbours.
/// Not thread-safe: one thread drives it.
public final class Generator {
    private let model: OmniModel
    private let batchSize: Int
    private let isCancelled: CancellationCheck
    private var active: [ActiveSequence] = []
    /// Ended with their first token; handed out by the next step.
    private var endedAtOnce: [ActiveSequence] = []
    private let loops = LoopDetector()

    /// Tokens prefilled and decoded so far, for progress.
    public private(set) var prefilledTokens = 0
    public private(set) var decodedTokens = 0

    /// `isCancelled` is asked again and again while a request is encoded and prefilled.
    public init(model: OmniModel, batchSize: Int, isCancelled: @escaping CancellationCheck = { false }) {
        self.model = model
        self.isCancelled = isCancelled
        self.batchSize = max(1, batchSize)
    }

    public var activeCount: Int { active.count + endedAtOnce.count }
    public var hasRoom: Bool { activeCount < batchSize }

    /// Encodes the media, prefills and chooses the first token.
    /// - Throws: `EngineError` where the prompt does not fit the model, `CancellationError` where `isCancelled` said so.
    public func start(_ request: GenerationRequest, onToken: ((Int64, String) -> Void)? = nil) throws {
        let limit = model.configuration.text.maxPositions
        guard request.prompt.tokens.count + request.maxNewTokens <= limit else {
            throw EngineError(
                "\(request.prompt.tokens.count) prompt tokens and \(request.maxNewTokens) new ones exceed the model's "
                    + "\(limit) positions; lower max_frames, max_pixels, segment_seconds or max_new_tokens")
        }
        let clock = ContinuousClock()
        let began = clock.now
        let embeddings = try model.embed(request.prompt, isCancelled: isCancelled)
        let encoded = clock.now
        let cache = model.thinker.makeCache(capacity: request.prompt.tokens.count + min(request.maxNewTokens, 256))
        let hidden = try model.prefill(
            request.prompt, embeddings: embeddings, cache: cache, isCancelled: isCancelled)
        let logits = model.thinker.logits(hidden)
        var sequence = ActiveSequence(request, cache: cache, decoder: StreamingDecoder(model.tokenizer))
        sequence.encodeSeconds = (encoded - began).seconds
        sequence.prefillSeconds = (clock.now - encoded).seconds
        sequence.decodeStart = clock.now
        prefilledTokens += request.prompt.tokens.count
        take(logits.row(0), for: &sequence, onToken)
        if sequence.finishReason == nil { active.append(sequence) } else { endedAtOnce.append(sequence) }
    }

    /// One token for every active request; returns those that ended. `onToken` sees each new piece of text.
    public func step(onToken: ((Int64, String) -> Void)? = nil) -> [Generation] {
        if !active.isEmpty {
            for sequence in active { sequence.cache.extend(by: 1) }
            let batch = TokenBatch(
                hidden: model.thinker.embed(active.map { $0.tokens.last! }),
                positions: active.map { Position($0.prompt.ropeDelta + Float($0.cache.length - 1)) },
                caches: active.map(\.cache), slots: active.map { $0.cache.length - 1 })
            let logits = model.thinker.logits(model.thinker.forward(batch))
            for index in active.indices { take(logits.row(index), for: &active[index], onToken) }
        }
        let ended = endedAtOnce + active.filter { $0.finishReason != nil }
        endedAtOnce = []
        active.removeAll { $0.finishReason != nil }
        return ended.map { $0.result(model.tokenizer) }
    }

    /// Drops everything that is under way.
    public func cancelAll() {
        active = []
        endedAtOnce = []
    }

    private func take(
        _ logits: UnsafeMutablePointer<Float>, for sequence: inout ActiveSequence,
        _ onToken: ((Int64, String) -> Void)?
    ) {
        let row = UnsafeMutableBufferPointer(start: logits, count: model.configuration.text.vocabularySize)
        let (token, logProbability) = sequence.sampler.next(row)
        decodedTokens += 1
        sequence.logProbabilities += logProbability
        sequence.chosen += 1
        if model.configuration.endOfTurn.contains(token) {
            sequence.finishReason = .stop
        } else {
            sequence.tokens.append(token)
            onToken?(sequence.id, sequence.decoder.append(token))
            if loops.isLooping(sequence.tokens) {
                sequence.finishReason = .looped
            } else if sequence.tokens.count >= sequence.maxNewTokens {
                sequence.finishReason = .length
            }
        }
        if sequence.finishReason != nil { onToken?(sequence.id, sequence.decoder.finish()) }
    }
}

/// A request under way.
private struct ActiveSequence {
    let id: Int64
    let prompt: PreparedPrompt
    let maxNewTokens: Int
    let cache: KVCache
    var sampler: Sampler
    var decoder: StreamingDecoder
    var tokens: [Int] = []
    var chosen = 0
    var logProbabilities = 0.0
    var finishReason: FinishReason?
    var encodeSeconds = 0.0
    var prefillSeconds = 0.0
    var decodeStart = ContinuousClock.now

    init(_ request: GenerationRequest, cache: KVCache, decoder: StreamingDecoder) {
        id = request.id
        prompt = request.prompt
        maxNewTokens = max(1, request.maxNewTokens)
        self.cache = cache
        self.decoder = decoder
        sampler = Sampler(request.sampling, prompt: request.prompt.tokens)
    }

    func result(_ tokenizer: Tokenizer) -> Generation {
        Generation(
            id: id, tokens: tokens, text: tokenizer.decode(tokens, skippingSpecialTokens: true),
            finishReason: finishReason ?? .length, meanLogProbability: logProbabilities / Double(max(1, chosen)),
            promptTokens: prompt.tokens.count, mediaTokens: prompt.mediaTokenCount, encodeSeconds: encodeSeconds,
            prefillSeconds: prefillSeconds, decodeSeconds: (ContinuousClock.now - decodeStart).seconds)
    }
}

extension Duration {
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
