import CTurboJPEG

/// Decodes JPEG by libjpeg-turbo with the accurate inverse DCT and smooth chroma upsampling: the pixels that Pillow
/// gives, which FFmpeg's own decoder and colour conversion do not.
struct JPEGDecoder {
    let markers: JPEGMarkers
    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        markers = JPEGMarkers(bytes)
    }

    /// Size as stored; throws where there is no picture or none that libjpeg-turbo decodes.
    func size() throws(MediaError) -> (width: Int, height: Int) {
        guard let type = markers.frameType, markers.width > 0, markers.height > 0 else {
            throw .undecodable(reason: "the JPEG has no usable frame header")
        }
        // Baseline, extended and progressive, Huffman or arithmetic coded; not lossless or hierarchical.
        guard [0xC0, 0xC1, 0xC2, 0xC9, 0xCA].contains(type), [1, 3, 4].contains(markers.components) else {
            throw .unsupportedCodec(name: "jpeg (SOF\(type & 0x0F), \(markers.components) components)", stream: 0)
        }
        return (markers.width, markers.height)
    }

    /// The picture, upright, and what was wrong with the file.
    func decode(maxPixels: Int) throws(MediaError) -> (RGBImage, [MediaIssue]) {
        let (width, height) = try size()
        if width * height > maxPixels { throw .tooLarge(width: width, height: height, limit: maxPixels) }
        guard markers.hasScan else { throw .undecodable(reason: "the JPEG ends before its picture begins") }
        guard let handle = tjInitDecompress() else { throw .outOfMemory }
        defer { tjDestroy(handle) }

        let isCMYK = markers.components == 4
        let format = isCMYK ? TJPF_CMYK : TJPF_RGB
        let channels = isCMYK ? 4 : 3
        var status: CInt = 0
        var pixels = [UInt8](repeating: 128, count: width * height * channels)
        status = pixels.withUnsafeMutableBufferPointer {
            tjDecompress2(
                handle, bytes, UInt(bytes.count), $0.baseAddress, CInt(width), CInt(width * channels), CInt(height),
                format.rawValue, TJFLAG_ACCURATEDCT | TJFLAG_LIMITSCANS)
        }
        let message = status == 0 ? "" : String(cString: tjGetErrorStr2(handle))
        if status != 0, tjGetErrorCode(handle) != TJERR_WARNING.rawValue {
            throw .undecodable(reason: "libjpeg-turbo: \(message)")
        }
        if isCMYK { pixels = Self.rgb(invertedCMYK: pixels) }
        var issues: [MediaIssue] = []
        if !markers.hasEnd || message.contains("Premature end") {
            issues.append(.truncated(seconds: 0))
        } else if status != 0 {
            issues.append(.corrupt(count: 1))
        }
        let image = RGBImage(width: width, height: height, pixels: pixels)
        return (image.turned(markers.orientation ?? .upright), issues)
    }

    /// Four-colour JPEGs hold inverted ink, as Adobe writes them; Pillow's convert("RGB") takes them all so.
    static func rgb(invertedCMYK pixels: [UInt8]) -> [UInt8] {
        let count = pixels.count / 4
        return [UInt8](unsafeUninitializedCapacity: count * 3) { rgb, filled in
            for pixel in 0..<count {
                let light = UInt32(pixels[pixel * 4 + 3])
                for channel in 0..<3 {
                    let product = UInt32(255 - pixels[pixel * 4 + channel]) * light + 128
                    rgb[pixel * 3 + channel] = UInt8(light - (((product >> 8) + product) >> 8))
                }
            }
            filled = count * 3
        }
    }
}
