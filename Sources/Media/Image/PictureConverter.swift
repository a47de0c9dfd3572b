import CFFmpeg
import CFFmpegSupport

/// Turns a decoded still picture into 8-bit RGB. RGB, grey and palette pixels are copied exactly (of deeper ones the
/// upper 8 bits, as Pillow does), alpha is composited on white, YUV goes through swscale with full chroma.
enum PictureConverter {
    /// `alpha`: a grey picture of the same size that is the alpha plane, where the format keeps it apart.
    static func rgb(_ frame: Frame, alpha: Frame? = nil) throws(MediaError) -> RGBImage {
        let format = AVPixelFormat(frame.pointer.pointee.format)
        guard let description = av_pix_fmt_desc_get(format) else {
            throw .undecodable(reason: "unknown pixel format \(format.rawValue)")
        }
        let layout = PixelLayout(description.pointee)
        let isLimitedGrey = layout.isGrey && frame.pointer.pointee.color_range == AVCOL_RANGE_MPEG
        var image =
            layout.isExact && !isLimitedGrey ? exact(frame, format, layout) : try scaled(frame)
        if layout.hasAlpha {
            composite(&image, alpha: frame, component: layout.components - 1, depth: layout.depth)
        }
        if let alpha, alpha.width == image.width, alpha.height == image.height,
            let plane = av_pix_fmt_desc_get(AVPixelFormat(alpha.pointer.pointee.format))
        {
            composite(&image, alpha: alpha, component: 0, depth: Int(plane.pointee.comp.0.depth))
        }
        return image
    }

    private static func scaled(_ frame: Frame) throws(MediaError) -> RGBImage {
        let scaler = Scaler(flags: SWS_BICUBIC | Int32(SWS_FULL_CHR_H_INT) | Int32(SWS_ACCURATE_RND))
        return try scaler.rgb(frame, orientation: .upright)
    }

    private static func exact(_ frame: Frame, _ format: AVPixelFormat, _ layout: PixelLayout) -> RGBImage {
        let (width, height) = (frame.width, frame.height)
        let colours = layout.isGrey ? 1 : 3
        let isPacked = format == AV_PIX_FMT_RGB24
        var line = [UInt16](repeating: 0, count: width)
        let pixels = [UInt8](unsafeUninitializedCapacity: width * height * 3) { pixels, filled in
            for y in 0..<height {
                let row = pixels.baseAddress! + y * width * 3
                if isPacked, let plane = nr_frame_plane(frame.pointer, 0) {
                    row.update(from: plane + y * Int(nr_frame_stride(frame.pointer, 0)), count: width * 3)
                    continue
                }
                for component in 0..<colours {
                    nr_read_component(frame.pointer, CInt(component), CInt(y), CInt(width), &line)
                    layout.store(line, in: row + component, step: 3)
                }
                if layout.isGrey {
                    for x in 0..<width {
                        row[x * 3 + 1] = row[x * 3]
                        row[x * 3 + 2] = row[x * 3]
                    }
                }
            }
            filled = width * height * 3
        }
        return RGBImage(width: width, height: height, pixels: pixels)
    }

    /// Lays the picture on white paper, rounded to the nearest value.
    private static func composite(_ image: inout RGBImage, alpha frame: Frame, component: Int, depth: Int) {
        let width = image.width
        let height = image.height
        var line = [UInt16](repeating: 0, count: width)
        var alpha = [UInt8](repeating: 0, count: width)
        image.pixels.withUnsafeMutableBufferPointer { pixels in
            for y in 0..<height {
                nr_read_component(frame.pointer, CInt(component), CInt(y), CInt(width), &line)
                alpha.withUnsafeMutableBufferPointer {
                    PixelLayout.store(line, depth: depth, in: $0.baseAddress!, step: 1)
                }
                let row = pixels.baseAddress! + y * width * 3
                for x in 0..<width where alpha[x] != 255 {
                    let opacity = UInt32(alpha[x])
                    for channel in x * 3..<x * 3 + 3 {
                        row[channel] = UInt8((UInt32(row[channel]) * opacity + 255 * (255 - opacity) + 127) / 255)
                    }
                }
            }
        }
    }
}

/// What a pixel format holds.
private struct PixelLayout {
    let components: Int
    let depth: Int
    let hasAlpha: Bool
    /// Integer grey, RGB or palette entries: no conversion of colour is needed.
    let isExact: Bool

    var isGrey: Bool { isExact && components - (hasAlpha ? 1 : 0) == 1 }

    init(_ description: AVPixFmtDescriptor) {
        func has(_ flag: Int32) -> Bool { description.flags & UInt64(flag) != 0 }
        let isPalette = has(AV_PIX_FMT_FLAG_PAL)
        hasAlpha = has(AV_PIX_FMT_FLAG_ALPHA) || isPalette
        components = isPalette ? 4 : Int(description.nb_components)
        depth = isPalette ? 8 : Int(description.comp.0.depth)
        let isRGB = has(AV_PIX_FMT_FLAG_RGB) || isPalette
        let colours = components - (hasAlpha ? 1 : 0)
        isExact =
            (isRGB ? colours == 3 : colours == 1) && !has(AV_PIX_FMT_FLAG_FLOAT) && !has(AV_PIX_FMT_FLAG_HWACCEL)
            && !has(AV_PIX_FMT_FLAG_BAYER)
    }

    func store(_ line: [UInt16], in target: UnsafeMutablePointer<UInt8>, step: Int) {
        Self.store(line, depth: depth, in: target, step: step)
    }

    /// Values of `depth` bits as 8-bit ones: deeper ones cut, shallower ones spread over the whole range.
    static func store(_ line: [UInt16], depth: Int, in target: UnsafeMutablePointer<UInt8>, step: Int) {
        if depth >= 8 {
            for (x, value) in line.enumerated() { target[x * step] = UInt8(truncatingIfNeeded: value >> (depth - 8)) }
        } else {
            let most = UInt32(1) << depth - 1
            for (x, value) in line.enumerated() {
                target[x * step] = UInt8((UInt32(value) * 255 + most / 2) / most)
            }
        }
    }
}
