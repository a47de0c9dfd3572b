/// The chunks of a PNG file, without decoding. PNG specification, third edition, chapter 5.
struct PNGChunks {
    private(set) var orientation: Orientation?
    /// The file ends before its IEND chunk.
    private(set) var isTruncated = true
    /// Length field of the chunk that the end of the file cuts, and how much of its data there is.
    private var cutChunk: (offset: Int, available: Int)?

    init(_ bytes: [UInt8]) {
        var position = 8
        while let length = bytes.bigEndian(at: position, bytes: 4), position + 8 <= bytes.count {
            let body = position + 8
            guard body + length + 4 <= bytes.count else {
                if body + length > bytes.count || bytes.hasBytes("IDAT", at: position + 4) {
                    cutChunk = (position, min(length, bytes.count - body))
                }
                return
            }
            if bytes.hasBytes("eXIf", at: position + 4), orientation == nil {
                orientation = Orientation(exif: bytes[body..<body + length])
            } else if bytes.hasBytes("IEND", at: position + 4) {
                isTruncated = false
                return
            }
            position = body + length + 4
        }
    }

    /// The file with its cut chunk shortened to what is there and the end chunk added: FFmpeg's decoder then gives the
    /// rows that came through instead of nothing. Checksums are not verified by it.
    func completed(_ bytes: [UInt8]) -> [UInt8] {
        guard isTruncated else { return bytes }
        var file = bytes
        if let cut = cutChunk {
            file.removeSubrange((cut.offset + 8 + cut.available)...)
            for (index, shift) in [24, 16, 8, 0].enumerated() {
                file[cut.offset + index] = UInt8(truncatingIfNeeded: cut.available >> shift)
            }
            file += [0, 0, 0, 0]
        }
        return file + [0, 0, 0, 0] + Array("IEND".utf8) + [0xAE, 0x42, 0x60, 0x82]
    }
}
