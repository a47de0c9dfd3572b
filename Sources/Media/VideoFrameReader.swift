import CFFmpeg
import Foundation
import Logging
import SystemPackage

/// A decoded frame and when it is shown (seconds on the media's clock).
public struct VideoFrame: Sendable {
    public let time: Double
    public let image: RGBImage
}

/// Frames of the chosen video stream by presentation time, decoded in order in one pass; memory is a few frames.
///
/// The media's clock begins at the container's start time, for pictures and sound alike. Pixels equal those of
/// `ffmpeg -pix_fmt rgb24`, turned upright. Times are compared to within a microsecond.
public final class VideoFrameReader {
    public let info: MediaInfo
    /// What was wrong so far; complete once the end was reached.
    public var issues: [MediaIssue] { source.issues }

    private let source: FrameSource
    private let scaler = Scaler(flags: SWS_BICUBIC)
    private let timeout: Double
    /// The frame on screen at the last time asked for, and the one after it; nil past the end.
    private var current: (time: Double, frame: Frame)?
    private var upcoming: (time: Double, frame: Frame)?
    private var spare: Frame
    private var converted: VideoFrame?
    private var hasStarted = false

    /// `start`: nothing before this second will be asked for (lets the reader seek to the key frame before it).
    /// `timeoutPerFrame`: seconds that may pass without a frame being decoded.
    public init(
        _ path: FilePath, start: Double = 0, timeoutPerFrame: Double = 60, logger: Logger? = nil
    ) throws(MediaError) {
        let (source, info) = try Self.open(path, timeout: timeoutPerFrame, logger: logger)
        self.info = info
        timeout = timeoutPerFrame
        spare = try Frame()
        if start > 0, source.container.seeksExactly {
            let landed = try source.container.session.run { () throws(MediaError) in
                try Self.seek(source, to: start)
            }
            self.source = landed.isUsable ? source : try Self.open(path, timeout: timeoutPerFrame, logger: logger).0
            upcoming = landed.first
            hasStarted = landed.first != nil
        } else {
            self.source = source
        }
    }

    /// The frame on screen at `time` (the last one with a timestamp not after it; the first frame for any time before
    /// it). `time` must not decrease. Past the end: the last frame. nil: not one frame could be decoded.
    public func frame(at time: Double) throws(MediaError) -> VideoFrame? {
        let session = source.container.session
        session.restartDeadline(timeout)
        return try session.run { () throws(MediaError) -> VideoFrame? in
            try session.checkDeadline()
            if !hasStarted {
                hasStarted = true
                try decodeUpcoming()
            }
            while let next = upcoming, current == nil || next.time <= time + 1e-6 {
                if let current { spare = current.frame }
                current = next
                upcoming = nil
                converted = nil
                try decodeUpcoming()
            }
            guard let current else { return nil }
            if let converted { return converted }
            let image = try scaler.rgb(current.frame, orientation: source.orientation(of: current.frame))
            converted = VideoFrame(time: current.time, image: image)
            return converted
        }
    }

    private func decodeUpcoming() throws(MediaError) {
        let frame = spare
        guard let time = try source.next(into: frame) else { return }
        upcoming = (max(time, current?.time ?? time), frame)
        spare = try Frame()
    }

    private static func open(
        _ path: FilePath, timeout: Double, logger: Logger?
    ) throws(MediaError) -> (FrameSource, MediaInfo) {
        guard let file = try MediaFile.open(path, timeout: timeout, logger: logger) else { throw .noVideo }
        guard let stream = file.selection.video else {
            if let stream = file.selection.undecodableVideo {
                throw .unsupportedCodec(name: stream.codecName, stream: stream.index)
            }
            throw .noVideo
        }
        let threads = min(4, ProcessInfo.processInfo.activeProcessorCount)
        return (try FrameSource(file.container, stream: stream, threads: threads), file.info)
    }

    /// Seeks so that the first frame decoded is not after `start`: containers index decoding times, so the key frame
    /// that FFmpeg finds may be shown later. Not usable: decode from the beginning instead.
    private static func seek(
        _ source: FrameSource, to start: Double
    ) throws(MediaError) -> (isUsable: Bool, first: (time: Double, frame: Frame)?) {
        let frame = try Frame()
        for earlier in [0.0, 2, 10] where start - earlier > 0 {
            guard source.seek(to: start - earlier), let time = try source.next(into: frame) else { break }
            if time <= start { return (true, (time, frame)) }
        }
        return (false, nil)
    }
}
