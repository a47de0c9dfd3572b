import CFFmpeg

/// The picture size that a file's header announces, read without the decoder, which refuses very large pictures
/// without saying how large they are.
enum HeaderSize {
    static func read(_ bytes: [UInt8], codec: AVCodecID) -> (width: Int, height: Int)? {
        let size: (Int?, Int?) =
            switch codec {
            case AV_CODEC_ID_PNG: (bytes.bigEndian(at: 16, bytes: 4), bytes.bigEndian(at: 20, bytes: 4))
            case AV_CODEC_ID_GIF: (bytes.littleEndian(at: 6, bytes: 2), bytes.littleEndian(at: 8, bytes: 2))
            case AV_CODEC_ID_BMP: bitmap(bytes)
            case AV_CODEC_ID_TIFF: TIFFDirectory(bytes[...]).map { ($0[256], $0[257]) } ?? (nil, nil)
            default: (nil, nil)
            }
        guard let width = size.0, let height = size.1, width > 0, height > 0 else { return nil }
        return (width, height)
    }

    /// The oldest header has 16-bit sizes; in the others a negative height means rows from top to bottom.
    private static func bitmap(_ bytes: [UInt8]) -> (Int?, Int?) {
        if bytes.littleEndian(at: 14, bytes: 4) == 12 {
            return (bytes.littleEndian(at: 18, bytes: 2), bytes.littleEndian(at: 20, bytes: 2))
        }
        func signed(_ offset: Int) -> Int? {
            bytes.littleEndian(at: offset, bytes: 4).map { Int(Int32(truncatingIfNeeded: $0).magnitude) }
        }
        return (signed(18), signed(22))
    }
}
