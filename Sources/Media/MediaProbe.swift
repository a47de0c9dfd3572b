import Logging
import SystemPackage

public enum MediaProbe {
    /// Opens `path`, finds streams, kind and duration. Only regular files; text, subtitles and other non-media that
    /// FFmpeg would "play" are `.notMedia`. A file with a video stream of one frame and an image codec is an image.
    /// `timeout`: seconds that may pass without anything being read.
    public static func probe(
        _ path: FilePath, timeout: Double = 60, logger: Logger? = nil
    ) throws(MediaError) -> MediaInfo {
        let session = try Session(path, timeout: timeout, logger: logger)
        return try session.run { () throws(MediaError) -> MediaInfo in
            switch try FileFormat(of: session) {
            case .still(let format):
                let (width, height) = try PictureFile(session, format: format).size()
                try session.checkDeadline()
                return MediaInfo(
                    kind: .image, format: format.formatName, duration: 0,
                    video: VideoStreamInfo(
                        index: 0, codec: format.codecName, width: width, height: height, averageFrameRate: nil),
                    audio: nil)
            case .container(let format):
                return try MediaFile(session, format: format, path: path, timeout: timeout, logger: logger).info
            }
        }
    }
}
