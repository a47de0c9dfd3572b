import Archive
import Manifest
import Media

/// Pixels above which a picture is not decoded: what `StillImage.decode` allows by default.
let mostPixels = 300_000_000

extension MediaRecord {
    /// What probing found. A picture too large to decode is a failed medium already.
    init(hash: String, bytes: Int64, info: MediaInfo) {
        self.init(
            hash: hash, bytes: bytes, kind: info.kind.rawValue, format: info.format, duration: info.duration,
            width: info.video?.width, height: info.video?.height, videoCodec: info.video?.codec,
            audioCodec: info.audio?.codec, channels: info.audio?.channels, sampleRate: info.audio?.sampleRate)
        if let video = info.video, video.width.multipliedReportingOverflow(by: video.height).partialValue > mostPixels {
            let error = MediaError.tooLarge(width: video.width, height: video.height, limit: mostPixels)
            errorClass = error.errorClass
            self.error = error.description
        }
    }

    /// A file that could not be opened; `kind` is what its name promised.
    init(hash: String, bytes: Int64, expected: MediaType?, error: MediaError) {
        self.init(
            hash: hash, bytes: bytes, kind: expected?.rawValue, errorClass: error.errorClass, error: error.description)
    }

    var mediaType: MediaType? { kind.flatMap(MediaType.init(rawValue:)) }
    var hasSound: Bool { audioCodec != nil }
}
