// CONTRACT FILE: to be split by the implementer (MediaProbe.swift, StillImage.swift, VideoFrameReader.swift, AudioReader.swift).
import Logging
import SystemPackage

public enum MediaProbe {
    /// Opens `path`, finds streams, kind and duration. Only regular files; text, subtitles and other non-media that
    /// FFmpeg would "play" are `.notMedia`. A file with a video stream of one frame and an image codec is an image.
    public static func probe(_ path: FilePath, timeout: Double = 60, logger: Logger? = nil) throws(MediaError) -> MediaInfo {
        fatalError("contract")
    }
}

public struct StillImage: Sendable {
    public let image: RGBImage
    public let issues: [MediaIssue]
    /// Decodes the first picture of `path`, upright, alpha on white.
    public static func decode(
        _ path: FilePath, maxPixels: Int = 300_000_000, timeout: Double = 60, logger: Logger? = nil
    ) throws(MediaError) -> StillImage { fatalError("contract") }
}

/// A decoded frame and when it is shown (seconds on the media's clock).
public struct VideoFrame: Sendable {
    public let time: Double
    public let image: RGBImage
}

/// Frames of the chosen video stream by presentation time, decoded in order in one pass; memory is a few frames.
public final class VideoFrameReader {
    public let info: MediaInfo
    public private(set) var issues: [MediaIssue] = []

    /// `start`: nothing before this second will be asked for (lets the reader seek to the key frame before it).
    public init(_ path: FilePath, start: Double = 0, timeoutPerFrame: Double = 60, logger: Logger? = nil) throws(MediaError) {
        fatalError("contract")
    }
    /// The frame on screen at `time` (the last one with a timestamp not after it; the first frame for any time before
    /// it). `time` must not decrease. Past the end: the last frame. nil: not one frame could be decoded.
    public func frame(at time: Double) throws(MediaError) -> VideoFrame? { fatalError("contract") }
}

/// Mono 16 kHz float PCM of the chosen audio stream on the media's clock: sample 0 is the media's time 0, late starts
/// and gaps are silence. Read forward in pieces; memory is one piece.
public final class AudioReader {
    public static let sampleRate = 16_000
    public let info: MediaInfo
    public private(set) var issues: [MediaIssue] = []

    public init(_ path: FilePath, timeoutPerRead: Double = 60, logger: Logger? = nil) throws(MediaError) { fatalError("contract") }
    /// Samples [start, start + count), fewer at the end of the sound, empty past it. `start` must not be before the
    /// end of the last read; what lies between is skipped.
    public func read(from start: Int, count: Int) throws(MediaError) -> [Float] { fatalError("contract") }
}
