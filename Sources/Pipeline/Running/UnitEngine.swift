import Engine

/// Turns what is shown and asked into the model's input. Called on the preparing thread while the engine runs.
public protocol PromptPreparer: Sendable {
    associatedtype Prompt: Sendable
    func prepare(_ turns: [PromptTurn]) throws -> Prompt
}

/// What the engine made of one request.
public struct UnitAnswer: Sendable, Equatable {
    public var id: Int64
    public var text: String
    public var finishReason: FinishReason
    public var meanLogProbability: Double
    public var promptTokens: Int
    public var mediaTokens: Int
    public var newTokens: Int
    public var encodeSeconds: Double
    public var prefillSeconds: Double
    public var decodeSeconds: Double

    public init(
        id: Int64, text: String, finishReason: FinishReason, meanLogProbability: Double, promptTokens: Int,
        mediaTokens: Int, newTokens: Int, encodeSeconds: Double = 0, prefillSeconds: Double = 0,
        decodeSeconds: Double = 0
    ) {
        self.id = id
        self.text = text
        self.finishReason = finishReason
        self.meanLogProbability = meanLogProbability
        self.promptTokens = promptTokens
        self.mediaTokens = mediaTokens
        self.newTokens = newTokens
        self.encodeSeconds = encodeSeconds
        self.prefillSeconds = prefillSeconds
        self.decodeSeconds = decodeSeconds
    }
}

/// The engine as the runner sees it: several requests side by side, one token a step. One thread drives it.
public protocol UnitEngine<Preparer>: AnyObject {
    associatedtype Preparer: PromptPreparer
    var preparer: Preparer { get }
    var activeCount: Int { get }
    var hasRoom: Bool { get }
    /// Tokens prefilled and decoded so far.
    var processedTokens: Int { get }
    /// Throws where this prompt does not fit the model, or `CancellationError` where the run is to stop.
    func start(id: Int64, prompt: Preparer.Prompt, sampling: SamplingParameters, maxNewTokens: Int) throws
    func step() -> [UnitAnswer]
    func cancelAll()
}

extension OmniModel: PromptPreparer {}

/// The model itself behind the runner's protocol.
public final class ModelEngine: UnitEngine {
    public let preparer: OmniModel
    private let generator: Generator

    /// A stop is obeyed within a layer of whatever the model is at.
    public init(model: OmniModel, batchSize: Int, stop: StopSignal) {
        preparer = model
        generator = Generator(model: model, batchSize: batchSize) { stop.isRequested }
    }

    public var activeCount: Int { generator.activeCount }
    public var hasRoom: Bool { generator.hasRoom }
    public var processedTokens: Int { generator.prefilledTokens + generator.decodedTokens }

    public func start(
        id: Int64, prompt: PreparedPrompt, sampling: SamplingParameters, maxNewTokens: Int
    ) throws {
        try generator.start(
            GenerationRequest(id: id, prompt: prompt, sampling: sampling, maxNewTokens: maxNewTokens))
    }

    public func step() -> [UnitAnswer] {
        generator.step().map { generation in
            UnitAnswer(
                id: generation.id, text: generation.text, finishReason: generation.finishReason,
                meanLogProbability: generation.meanLogProbability, promptTokens: generation.promptTokens,
                mediaTokens: generation.mediaTokens, newTokens: generation.tokens.count,
                encodeSeconds: generation.encodeSeconds, prefillSeconds: generation.prefillSeconds,
                decodeSeconds: generation.decodeSeconds)
        }
    }

    public func cancelAll() { generator.cancelAll() }
}
