/// How the next token is chosen. Temperature 0 is greedy; `topK` 0 and `topP` 1 cut nothing off.
public struct Sampling: Sendable, Equatable {
    public var temperature: Double
    public var topK: Int
    public var topP: Double
    public var repetitionPenalty: Double
    public var seed: UInt64

    public init(temperature: Double, topK: Int, topP: Double, repetitionPenalty: Double, seed: UInt64) {
        self.temperature = temperature
        self.topK = topK
        self.topP = topP
        self.repetitionPenalty = repetitionPenalty
        self.seed = seed
    }

    public static let factual = Sampling(temperature: 0, topK: 0, topP: 1, repetitionPenalty: 1, seed: 0)
    public static let conversational = Sampling(temperature: 0.6, topK: 20, topP: 0.95, repetitionPenalty: 1, seed: 0)
    public static let creative = Sampling(temperature: 0.9, topK: 50, topP: 0.95, repetitionPenalty: 1.05, seed: 0)
}

/// The presets by the names that a manifest uses.
enum SamplingPreset: String, CaseIterable {
    case factual, conversational, creative

    var sampling: Sampling {
        switch self {
        case .factual: .factual
        case .conversational: .conversational
        case .creative: .creative
        }
    }
}

/// The numbers of a `sampling` mapping with their bounds.
enum SamplingKey: String, CaseIterable {
    case temperature
    case topK = "top_k"
    case topP = "top_p"
    case repetitionPenalty = "repetition_penalty"
    case seed

    /// The seed ends at 2^53 - 1, the last whole number that every JSON reader keeps exact.
    var range: NumberRange {
        switch self {
        case .temperature: NumberRange(lower: 0, upper: 2)
        case .topK: NumberRange(grain: .whole, lower: 0, upper: 1000)
        case .topP: NumberRange(lower: 0, excludesLower: true, upper: 1)
        case .repetitionPenalty: NumberRange(lower: 1, upper: 2)
        case .seed: NumberRange(grain: .whole, lower: 0, upper: 9_007_199_254_740_991)
        }
    }

    /// Greedy decoding takes the likeliest token, so that nothing is drawn and nothing cut off.
    var hasEffectWhenGreedy: Bool {
        self == .temperature || self == .repetitionPenalty
    }

    /// `value` lies in `range`.
    func set(_ value: Double, in sampling: inout Sampling) {
        switch self {
        case .temperature: sampling.temperature = value
        case .topK: sampling.topK = Int(value)
        case .topP: sampling.topP = value
        case .repetitionPenalty: sampling.repetitionPenalty = value
        case .seed: sampling.seed = UInt64(value)
        }
    }
}
