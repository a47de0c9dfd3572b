/// A prompt and how to answer it. `id` comes back with the result.
public struct GenerationRequest: Sendable {
    public var id: Int64
    public var prompt: PreparedPrompt
    public var sampling: SamplingParameters
    public var maxNewTokens: Int

    public init(id: Int64, prompt: PreparedPrompt, sampling: SamplingParameters, maxNewTokens: Int) {
        self.id = id
        self.prompt = prompt
        self.sampling = sampling
        self.maxNewTokens = maxNewTokens
    }
}

public enum FinishReason: String, Sendable, CaseIterable {
    /// An end-of-turn token.
    case stop
    /// The limit of new tokens.
    case length
    /// The text began to repeat itself without end.
    case looped
}

public struct Generation: Sendable {
    public let id: Int64
    /// Without the end-of-turn token.
    public let tokens: [Int]
    public let text: String
    public let finishReason: FinishReason
    /// Mean natural log-probability of the chosen tokens (before temperature), end of turn included.
    public let meanLogProbability: Double
    public let promptTokens: Int
    public let mediaTokens: Int
    public let encodeSeconds: Double
    public let prefillSeconds: Double
    /// From the first token to the last, shared with the neighbours in the batch.
    public let decodeSeconds: Double
}
