/// How the next token is chosen. `temperature` 0 is greedy.
public struct SamplingParameters: Sendable, Equatable {
    public var temperature: Float
    /// Candidates kept, most likely first; 0: all.
    public var topK: Int
    /// Probability mass kept, most likely first; 1: all.
    public var topP: Float
    /// Above 1: tokens already seen, in prompt or answer, become less likely (Keskar et al. 2019).
    public var repetitionPenalty: Float
    public var seed: UInt64

    public init(
        temperature: Float = 0, topK: Int = 0, topP: Float = 1, repetitionPenalty: Float = 1, seed: UInt64 = 0
    ) {
        self.temperature = temperature
        self.topK = topK
        self.topP = topP
        self.repetitionPenalty = repetitionPenalty
        self.seed = seed
    }
}
