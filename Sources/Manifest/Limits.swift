/// What bounds the work on one segment. Defaults are the reference's: 2 frames a second, at most 768 of them.
public struct Limits: Sendable, Equatable {
    public var framesPerSecond: Double = 2
    public var maxFrames: Int = 768
    /// Pixels of an image after resizing; nil: the model's own limit.
    public var maxPixels: Int?
    /// Pixels of one video frame; nil: the model's own limit.
    public var maxFramePixels: Int?
    public var segmentSeconds: Double = 30
    public var maxNewTokens: Int = 1024

    public init() {}
}

/// The keys of `limits` with their bounds and where they have an effect.
enum LimitKey: String, CaseIterable {
    case framesPerSecond = "frames_per_second"
    case maxFrames = "max_frames"
    case maxPixels = "max_pixels"
    case maxFramePixels = "max_frame_pixels"
    case segmentSeconds = "segment_seconds"
    case maxNewTokens = "max_new_tokens"

    /// Frames come in pairs (a temporal patch is two of them), so their number is even. 1024 pixels are one visual
    /// token, 16,777,216 are 16,384 of them, the most that the reference gives an image.
    var range: NumberRange {
        switch self {
        case .framesPerSecond: NumberRange(lower: 0, excludesLower: true, upper: 30)
        case .maxFrames: NumberRange(grain: .even, lower: 4, upper: 768)
        case .maxPixels, .maxFramePixels: NumberRange(grain: .whole, lower: 1024, upper: 16_777_216)
        case .segmentSeconds: NumberRange(lower: 5, upper: 600)
        case .maxNewTokens: NumberRange(grain: .whole, lower: 1, upper: 16_384)
        }
    }

    /// Whether the key changes anything for a task of this kind on these media.
    func applies(to kind: TaskKind, media: Set<MediaType>) -> Bool {
        switch self {
        case .framesPerSecond, .maxFrames, .maxFramePixels: kind.sees && media.contains(.video)
        case .maxPixels: kind.sees && media.contains(.image)
        case .segmentSeconds: media.contains(.video) || media.contains(.audio)
        case .maxNewTokens: true
        }
    }

    /// What the key is about, for the message that it would have no effect.
    var subject: String {
        switch self {
        case .framesPerSecond, .maxFrames, .maxFramePixels: "frames of videos"
        case .maxPixels: "images"
        case .segmentSeconds: "video and audio"
        case .maxNewTokens: "every task"
        }
    }

    /// `value` lies in `range`.
    func set(_ value: Double, in limits: inout Limits) {
        switch self {
        case .framesPerSecond: limits.framesPerSecond = value
        case .maxFrames: limits.maxFrames = Int(value)
        case .maxPixels: limits.maxPixels = Int(value)
        case .maxFramePixels: limits.maxFramePixels = Int(value)
        case .segmentSeconds: limits.segmentSeconds = value
        case .maxNewTokens: limits.maxNewTokens = Int(value)
        }
    }
}
