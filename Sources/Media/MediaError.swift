/// Why a file, or a part of it, could not be used. `description` is one line for the user: what and what to do;
/// the path is added by whoever prints it.
public enum MediaError: Error, Equatable, Sendable {
    case unreadable(reason: String)
    case notMedia
    case noVideo
    case noAudio
    case unsupportedCodec(name: String, stream: Int)
    /// The picture has more pixels than Nightreel decodes.
    case tooLarge(width: Int, height: Int, limit: Int)
    /// Nothing could be decoded from a stream that announced content.
    case undecodable(reason: String)
    case timedOut(seconds: Double)

    /// Stable name for the database: unreadable, not_media, no_video, no_audio, unsupported_codec, too_large,
    /// undecodable, timed_out.
    public var errorClass: String {
        switch self {
        case .unreadable: "unreadable"
        case .notMedia: "not_media"
        case .noVideo: "no_video"
        case .noAudio: "no_audio"
        case .unsupportedCodec: "unsupported_codec"
        case .tooLarge: "too_large"
        case .undecodable: "undecodable"
        case .timedOut: "timed_out"
        }
    }

    /// Whether another attempt can end differently (`unreadable`, `timedOut`).
    public var isTransient: Bool {
        switch self {
        case .unreadable, .timedOut: true
        default: false
        }
    }
}

extension MediaError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unreadable(let reason):
            "cannot be read: \(reason)"
        case .notMedia:
            "not a picture, video or sound that FFmpeg can read"
        case .noVideo:
            "has no video stream or picture"
        case .noAudio:
            "has no audio stream"
        case .unsupportedCodec(let name, let stream):
            "stream \(stream) is coded as '\(name)', which this FFmpeg cannot decode; convert the file first"
        case .tooLarge(let width, let height, let limit):
            "\(width) x \(height) is more than the \(limit) pixels Nightreel decodes; scale the picture down first"
        case .undecodable(let reason):
            "nothing could be decoded: \(reason)"
        case .timedOut(let seconds):
            "decoding made no progress for \(seconds) s; try again when the machine and the disk are less busy"
        }
    }
}

/// Something was wrong, but what could be decoded was used. Stored as a flag of the unit.
public enum MediaIssue: Sendable, Equatable, Hashable {
    /// The container promised more than it holds; decoding ended at this second (0 for a picture).
    case truncated(seconds: Double)
    /// So many packets or frames could not be decoded and were left out, or were decoded with errors.
    case corrupt(count: Int)

    /// "truncated" or "corrupt".
    public var flag: String {
        switch self {
        case .truncated: "truncated"
        case .corrupt: "corrupt"
        }
    }
}
