extension Orientation {
    /// The orientation tag of the first image directory of an EXIF block, which is a small TIFF file (CIPA DC-008,
    /// 4.5.2); also of a TIFF file itself. A leading "Exif\0\0" is skipped. nil: no such tag, or the block is broken.
    init?(exif block: ArraySlice<UInt8>) {
        let tiff = block.hasBytes("Exif\0\0", at: block.startIndex) ? block.dropFirst(6) : block
        let start = tiff.startIndex
        let isLittle = tiff.hasBytes("II*\0", at: start)
        guard isLittle || tiff.hasBytes("MM\0*", at: start) else { return nil }
        func value(_ offset: Int, _ count: Int) -> Int? {
            isLittle
                ? tiff.littleEndian(at: start + offset, bytes: count) : tiff.bigEndian(at: start + offset, bytes: count)
        }
        guard let directory = value(4, 4), let count = value(directory, 2) else { return nil }
        for entry in 0..<count {
            let offset = directory + 2 + entry * 12
            guard let tag = value(offset, 2) else { return nil }
            guard tag == 0x0112 else { continue }
            let isShort = value(offset + 2, 2) == 3
            guard let raw = value(offset + 8, isShort ? 2 : 4) else { return nil }
            self.init(rawValue: raw)
            return
        }
        return nil
    }
}
