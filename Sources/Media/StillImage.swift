import CFFmpeg
import CFFmpegSupport
import Logging
import SystemPackage

/// The first picture of a file, ready for the vision encoder.
public struct StillImage: Sendable {
    public let image: RGBImage
    public let issues: [MediaIssue]

    /// Decodes the first picture of `path`, upright, alpha on white. Pictures of more than `maxPixels` are refused
    /// before memory is taken for them; `timeout` is in seconds.
    public static func decode(
        _ path: FilePath, maxPixels: Int = defaultMaxPixels, timeout: Double = 60, logger: Logger? = nil
    ) throws(MediaError) -> StillImage {
        let session = try Session(path, timeout: timeout, logger: logger)
        return try session.run { () throws(MediaError) -> StillImage in
            switch try FileFormat(of: session) {
            case .still(let format):
                let (image, issues) = try PictureFile(session, format: format).decode(maxPixels: maxPixels)
                return StillImage(image: image, issues: issues)
            case .container(let format):
                let file = try MediaFile(
                    session, format: format, path: path, timeout: timeout, maxPixels: maxPixels, logger: logger)
                return try firstFrame(of: file, maxPixels: maxPixels)
            }
        }
    }

    private static func firstFrame(of file: MediaFile, maxPixels: Int) throws(MediaError) -> StillImage {
        guard let stream = file.selection.video else {
            if let stream = file.selection.undecodableVideo {
                throw .unsupportedCodec(name: stream.codecName, stream: stream.index)
            }
            throw .noVideo
        }
        let (width, height) = (Int(stream.parameters.width), Int(stream.parameters.height))
        if width * height > maxPixels { throw .tooLarge(width: width, height: height, limit: maxPixels) }
        let frames = try FrameSource(file.container, stream: stream, threads: 1)
        let frame = try Frame()
        guard try frames.next(into: frame) != nil else {
            throw .undecodable(reason: "no frame of its \(stream.codecName) stream could be decoded")
        }
        let image = try PictureConverter.rgb(frame).turned(frames.orientation(of: frame))
        let corrupt = frames.corruptCount
        return StillImage(image: image, issues: corrupt > 0 ? [.corrupt(count: corrupt)] : [])
    }
}
