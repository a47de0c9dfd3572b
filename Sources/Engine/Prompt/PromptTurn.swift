import Features

/// What a prompt shows to the model at one place.
public enum MediaFeatures: Sendable, Equatable {
    case image(VisionPatches)
    /// `secondsPerGrid`: temporalPatchSize / frames a second actually sampled.
    case video(VisionPatches, secondsPerGrid: Double)
    case audio(LogMel)
    /// Picture and sound interleaved in time.
    case videoWithAudio(VisionPatches, secondsPerGrid: Double, LogMel)
}

/// One turn of a conversation. Parts follow each other without separators.
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

/// Token ids with media placeholders expanded, positions, and which tokens each medium fills.
public struct PreparedPrompt: Sendable {
    public internal(set) var tokens: [Int] = []
    public internal(set) var positions: [Position] = []
    /// In order of appearance.
    var media: [PlacedMedia] = []

    /// Position of the token after the prompt; later tokens follow one by one.
    public internal(set) var nextPosition: Float = 0

    /// Placeholder tokens among `tokens`.
    public var mediaTokenCount: Int { media.reduce(0) { $0 + $1.visualTokens.count + $1.audioTokens.count } }

    /// What has to be added to a token's index to get its position after the prompt.
    public var ropeDelta: Float { nextPosition - Float(tokens.count) }
}

/// A medium and the indexes of its placeholder tokens.
struct PlacedMedia: Sendable {
    let features: MediaFeatures
    var visualTokens: [Int] = []
    var audioTokens: [Int] = []

    var patches: VisionPatches? {
        switch features {
        case .image(let patches), .video(let patches, _), .videoWithAudio(let patches, _, _): patches
        case .audio: nil
        }
    }

    var logMel: LogMel? {
        switch features {
        case .audio(let mel), .videoWithAudio(_, _, let mel): mel
        case .image, .video: nil
        }
    }
}
