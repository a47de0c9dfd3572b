// CONTRACT FILE: replaced by the engine's own files.
import Checkpoint
import Features
import SystemPackage
import Tokenizer

public enum Precision: String, Sendable, CaseIterable {
    /// INT8 weights as converted; activations quantised per token.
    case int8
    /// The reference path: an unquantised checkpoint, float32 arithmetic.
    case float32
}

/// Model or machine not usable: what, where, what to do. One line.
public struct EngineError: Error, Equatable, Sendable, CustomStringConvertible {
    public var description: String
    public init(_ description: String) { self.description = description }
}

/// What a prompt shows to the model at one place.
public enum MediaFeatures: Sendable, Equatable {
    case image(VisionPatches)
    /// `secondsPerGrid`: temporalPatchSize / frames a second actually sampled.
    case video(VisionPatches, secondsPerGrid: Double)
    case audio(LogMel)
    /// Picture and sound interleaved in time.
    case videoWithAudio(VisionPatches, secondsPerGrid: Double, LogMel)
}

public struct PromptTurn: Sendable {
    public enum Part: Sendable {
        case text(String)
        case media(MediaFeatures)
    }
    public var role: String
    public var parts: [Part]
    public init(role: String, parts: [Part]) {
        self.role = role
        self.parts = parts
    }
}

/// Token ids with media placeholders expanded, position ids, and the media in order of appearance.
public struct PreparedPrompt: Sendable {
    public let tokens: [Int]
    /// Placeholder tokens among them.
    public var mediaTokenCount: Int { fatalError("contract") }
}

/// A checkpoint directory, mapped and ready. Weights are shared by everything that runs on it.
public final class OmniModel: @unchecked Sendable {
    public let configuration: ModelConfiguration
    public let preprocessor: PreprocessorConfiguration
    public let tokenizer: Tokenizer
    public let precision: Precision
    public let fingerprint: String
    /// Directory name, parameters and precision for the user, e.g. "model (16.7 M, INT8)".
    public var summary: String { fatalError("contract") }
    /// Instruction set and threads, e.g. "avx512-vnni, 4 threads".
    public var engineSummary: String { fatalError("contract") }
    public var threads: Int { fatalError("contract") }

    /// `precision` nil: INT8 if the checkpoint is quantised, else float32. `threads` nil: all this process may use.
    public init(directory: FilePath, precision: Precision? = nil, threads: Int? = nil) throws { fatalError("contract") }
    public func prepare(_ turns: [PromptTurn]) throws -> PreparedPrompt { fatalError("contract") }
}

/// How the next token is chosen. temperature 0 is greedy.
public struct SamplingParameters: Sendable, Equatable {
    public var temperature: Float
    /// 0: no limit.
    public var topK: Int
    public var topP: Float
    public var repetitionPenalty: Float
    public var seed: UInt64
    public init(temperature: Float = 0, topK: Int = 0, topP: Float = 1, repetitionPenalty: Float = 1, seed: UInt64 = 0) {
        self.temperature = temperature
        self.topK = topK
        self.topP = topP
        self.repetitionPenalty = repetitionPenalty
        self.seed = seed
    }
}

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
    public let tokens: [Int]
    public let text: String
    public let finishReason: FinishReason
    /// Mean natural log-probability of the chosen tokens (before temperature), end of turn included.
    public let meanLogProbability: Double
    public let promptTokens: Int
    public let mediaTokens: Int
    public let encodeSeconds: Double
    public let prefillSeconds: Double
    public let decodeSeconds: Double
}

/// Runs up to `batchSize` requests side by side. What a request yields does not depend on its neighbours.
/// Not thread-safe: one thread drives it.
public final class Generator {
    public init(model: OmniModel, batchSize: Int) { fatalError("contract") }
    public var activeCount: Int { fatalError("contract") }
    public var hasRoom: Bool { fatalError("contract") }
    /// Encodes the media and prefills. Throws `EngineError` where the prompt does not fit the model.
    public func start(_ request: GenerationRequest) throws { fatalError("contract") }
    /// One token for every active request; those that finished with it. `onToken` sees each new piece of text.
    public func step(onToken: ((Int64, String) -> Void)? = nil) -> [Generation] { fatalError("contract") }
    /// Tokens prefilled and decoded since the start, for progress.
    public var prefilledTokens: Int { fatalError("contract") }
    public var decodedTokens: Int { fatalError("contract") }
    public func cancelAll() { fatalError("contract") }
}
