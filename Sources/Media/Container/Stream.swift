import CFFmpeg
import CFFmpegSupport

/// What is needed to choose among a container's streams.
struct Stream {
    let pointer: UnsafeMutablePointer<AVStream>

    var index: Int { Int(pointer.pointee.index) }
    var timeBase: AVRational { pointer.pointee.time_base }
    var parameters: AVCodecParameters { pointer.pointee.codecpar.pointee }
    var isVideo: Bool { parameters.codec_type == AVMEDIA_TYPE_VIDEO }
    var isAudio: Bool { parameters.codec_type == AVMEDIA_TYPE_AUDIO }
    var codecName: String { String(cString: avcodec_get_name(parameters.codec_id)) }
    var isDefault: Bool { pointer.pointee.disposition & AV_DISPOSITION_DEFAULT != 0 }
    var channels: Int { Int(parameters.ch_layout.nb_channels) }

    var isCover: Bool {
        isVideo
            && pointer.pointee.disposition
                & (AV_DISPOSITION_ATTACHED_PIC | AV_DISPOSITION_STILL_IMAGE | AV_DISPOSITION_TIMED_THUMBNAILS) != 0
    }

    var hasDecoder: Bool { avcodec_find_decoder(parameters.codec_id) != nil }

    /// Probing found what decoding needs.
    var isComplete: Bool {
        if isVideo { return parameters.width > 0 && parameters.height > 0 }
        return parameters.sample_rate > 0 && channels > 0
    }

    /// Whether the codec codes single pictures, so that a stream of one frame is a picture rather than a film.
    var isPictureCodec: Bool { Self.pictureCodecs.contains(parameters.codec_id.rawValue) }

    /// Second at which the stream ends by its own header, on the container's clock.
    var declaredEnd: Double? {
        guard pointer.pointee.duration != nr_no_timestamp, pointer.pointee.duration > 0 else { return nil }
        let start = pointer.pointee.start_time == nr_no_timestamp ? 0 : pointer.pointee.start_time
        return (Double(start) + Double(pointer.pointee.duration)) * timeBase.seconds
    }

    /// How the container wants the pictures turned.
    var orientation: Orientation? {
        var matrix = [Int32](repeating: 0, count: 9)
        return nr_stream_display_matrix(pointer, &matrix) ? Orientation(displayMatrix: matrix) : nil
    }

    private static let pictureCodecs: Set<UInt32> = Set(
        [
            AV_CODEC_ID_MJPEG, AV_CODEC_ID_PNG, AV_CODEC_ID_GIF, AV_CODEC_ID_BMP, AV_CODEC_ID_TIFF,
            AV_CODEC_ID_WEBP, AV_CODEC_ID_JPEG2000, AV_CODEC_ID_MJPEGB, AV_CODEC_ID_LJPEG, AV_CODEC_ID_JPEGLS,
        ].map(\.rawValue))
}

/// The streams that the pipeline works on, and why one is missing.
struct StreamSelection {
    var video: Stream?
    var audio: Stream?
    /// A stream of the kind exists, but FFmpeg has no decoder for it.
    var undecodableVideo: Stream?
    var undecodableAudio: Stream?

    /// `isSinglePicture` says whether a stream of a picture codec has one frame only; it is asked only where the
    /// answer matters.
    init(_ streams: [Stream], isSinglePicture: (Stream) throws(MediaError) -> Bool) throws(MediaError) {
        let sounds = streams.filter { $0.isAudio && $0.isComplete }
        audio = sounds.filter(\.hasDecoder).min { Self.isBetter($0, $1) }
        undecodableAudio = streams.first { $0.isAudio && !$0.hasDecoder }

        let hasSound = streams.contains(where: \.isAudio)
        for stream in streams where stream.isVideo && !stream.isCover {
            if !stream.hasDecoder {
                if undecodableVideo == nil { undecodableVideo = stream }
                continue
            }
            guard stream.isComplete else { continue }
            if hasSound, stream.isPictureCodec, try isSinglePicture(stream) { continue }
            video = stream
            break
        }
    }

    /// Default disposition first, then most channels, then the order in the file.
    private static func isBetter(_ a: Stream, _ b: Stream) -> Bool {
        if a.isDefault != b.isDefault { return a.isDefault }
        if a.channels != b.channels { return a.channels > b.channels }
        return a.index < b.index
    }
}
