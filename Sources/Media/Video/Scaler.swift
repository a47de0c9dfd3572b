import CFFmpeg
import CFFmpegSupport

/// Converts frames to RGB24 of the same size with swscale, keeping its context and a scratch picture from frame to
/// frame.
///
/// Colour matrix and range are taken from the frame and chroma is placed as FFmpeg's scale filter does, so with
/// `SWS_BICUBIC` alone the pixels equal those of `ffmpeg -pix_fmt rgb24`.
final class Scaler {
    private struct Key: Equatable {
        var width: Int32
        var height: Int32
        var format: Int32
        var colourSpace: UInt32
        var range: UInt32
    }

    private let flags: Int32
    private var key: Key?
    private var context: OpaquePointer?
    private var scratch: [UInt8] = []
    private var stride = 0

    init(flags: Int32) { self.flags = flags }

    deinit { sws_freeContext(context) }

    func rgb(_ frame: Frame, orientation: Orientation) throws(MediaError) -> RGBImage {
        try prepare(frame.pointer.pointee)
        // swscale may write past the end of a row, hence the wide rows; they are cut when the picture is turned.
        let rows = scratch.withUnsafeMutableBufferPointer {
            nr_scale_packed(context, frame.pointer, $0.baseAddress, CInt(stride))
        }
        guard rows == frame.height else { throw .undecodable(reason: "its pixels cannot be converted to RGB") }
        return scratch.withUnsafeBufferPointer {
            orientation.upright($0.baseAddress!, stride: stride, width: frame.width, height: frame.height)
        }
    }

    private func prepare(_ frame: AVFrame) throws(MediaError) {
        let new = Key(
            width: frame.width, height: frame.height, format: frame.format, colourSpace: frame.colorspace.rawValue,
            range: frame.color_range.rawValue)
        if new == key { return }
        key = nil
        sws_freeContext(context)
        context = sws_alloc_context()
        guard let context else { throw .outOfMemory }
        let options = UnsafeMutableRawPointer(context)
        for (name, value) in [
            ("srcw", frame.width), ("srch", frame.height), ("src_format", frame.format), ("dstw", frame.width),
            ("dsth", frame.height), ("dst_format", AV_PIX_FMT_RGB24.rawValue), ("sws_flags", flags),
        ] {
            av_opt_set_int(options, name, Int64(value), 0)
        }
        if frame.format == AV_PIX_FMT_YUV420P.rawValue {
            // MPEG-2 chroma position, which the scale filter assumes for this format only.
            av_opt_set_int(options, "src_v_chr_pos", 128, 0)
        }
        guard sws_init_context(context, nil, nil) >= 0 else {
            throw .undecodable(reason: "its pixels cannot be converted to RGB")
        }
        setColours(context, frame)
        stride = (Int(frame.width) * 3 + 64 + 63) & ~63
        let size = stride * Int(frame.height) + 64
        if scratch.count < size { scratch = [UInt8](repeating: 0, count: size) }
        key = new
    }

    /// The frame's own YUV matrix (BT.601 where it names none) and range.
    private func setColours(_ context: OpaquePointer, _ frame: AVFrame) {
        var inputTable: UnsafeMutablePointer<Int32>?
        var outputTable: UnsafeMutablePointer<Int32>?
        var (inputRange, outputRange): (Int32, Int32) = (0, 0)
        var (brightness, contrast, saturation): (Int32, Int32, Int32) = (0, 0, 0)
        guard
            sws_getColorspaceDetails(
                context, &inputTable, &inputRange, &outputTable, &outputRange, &brightness, &contrast, &saturation)
                >= 0
        else { return }
        let named = Int32(bitPattern: frame.colorspace.rawValue)
        let isKnown = (1...10).contains(named) && frame.colorspace != AVCOL_SPC_YCGCO
        let table = sws_getCoefficients(isKnown ? named : Int32(bitPattern: AVCOL_SPC_BT470BG.rawValue))
        if frame.color_range != AVCOL_RANGE_UNSPECIFIED {
            inputRange = frame.color_range == AVCOL_RANGE_JPEG ? 1 : 0
        }
        sws_setColorspaceDetails(context, table, inputRange, table, outputRange, brightness, contrast, saturation)
    }
}
