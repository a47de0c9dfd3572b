import SystemPackage

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
    public var errorClass: String { fatalError("contract") }
    /// Whether another attempt can end differently (`unreadable`, `timedOut`).
    public var isTransient: Bool { fatalError("contract") }
}

extension MediaError: CustomStringConvertible {
    public var description: String { fatalError("contract") }
}

/// Something was wrong, but what could be decoded was used. Stored as a flag of the unit.
public enum MediaIssue: Sendable, Equatable, Hashable {
    /// The container promised more than it holds; decoding ended at this second.
    case truncated(seconds: Double)
    /// So many packets or frames could not be decoded and were left out.
    case corrupt(count: Int)

    /// "truncated" or "corrupt".
    public var flag: String { fatalError("contract") }
}
