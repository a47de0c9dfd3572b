import CFFmpeg

/// How a still picture file is decoded.
enum StillFormat: Equatable {
    /// By libjpeg-turbo, as Pillow does.
    case jpeg
    /// The primary item of an ISO media file, by FFmpeg's AV1 decoder.
    case avif
    /// By FFmpeg's decoder of that id, the whole file being one packet.
    case ffmpeg(format: String, codec: AVCodecID)

    /// FFmpeg's short name of the container.
    var formatName: String {
        switch self {
        case .jpeg: "jpeg_pipe"
        case .avif: "mov,mp4,m4a,3gp,3g2,mj2"
        case .ffmpeg(let format, _): format
        }
    }

    var codecName: String {
        switch self {
        case .jpeg: "mjpeg"
        case .avif: "av1"
        case .ffmpeg(_, let codec): String(cString: avcodec_get_name(codec))
        }
    }

    static func codec(ofFormat name: String) -> AVCodecID? { codecs[name] }

    private static let codecs: [String: AVCodecID] = [
        "png_pipe": AV_CODEC_ID_PNG,
        // The first picture of an animated PNG is an ordinary PNG; its decoder skips the animation.
        "apng": AV_CODEC_ID_PNG,
        "gif": AV_CODEC_ID_GIF,
        "gif_pipe": AV_CODEC_ID_GIF,
        "webp_pipe": AV_CODEC_ID_WEBP,
        "bmp_pipe": AV_CODEC_ID_BMP,
        "tiff_pipe": AV_CODEC_ID_TIFF,
        "j2k_pipe": AV_CODEC_ID_JPEG2000,
        "jpegxl_pipe": AV_CODEC_ID_JPEGXL,
        "qoi_pipe": AV_CODEC_ID_QOI,
        "ppm_pipe": AV_CODEC_ID_PPM,
        "pgm_pipe": AV_CODEC_ID_PGM,
        "pbm_pipe": AV_CODEC_ID_PBM,
        "pam_pipe": AV_CODEC_ID_PAM,
    ]
}
