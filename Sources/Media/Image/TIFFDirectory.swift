/// The first image directory of a TIFF structure: a TIFF file, or the EXIF block of another one (CIPA DC-008, 4.5.2),
/// whose leading "Exif\0\0" is skipped. Nothing in it is trusted.
struct TIFFDirectory {
    private let tiff: ArraySlice<UInt8>
    private let isLittle: Bool
    private var offset = 0

    init?(_ block: ArraySlice<UInt8>) {
        tiff = block.hasBytes("Exif\0\0", at: block.startIndex) ? block.dropFirst(6) : block
        isLittle = tiff.hasBytes("II*\0", at: tiff.startIndex)
        guard isLittle || tiff.hasBytes("MM\0*", at: tiff.startIndex) else { return nil }
        guard let first = integer(4, 4) else { return nil }
        offset = first
    }

    /// The single short or long value of a tag; nil if the tag is missing or the directory broken.
    subscript(tag: Int) -> Int? {
        guard let count = integer(offset, 2) else { return nil }
        for entry in 0..<count {
            let place = offset + 2 + entry * 12
            guard let found = integer(place, 2) else { return nil }
            if found == tag { return integer(place + 8, integer(place + 2, 2) == 3 ? 2 : 4) }
        }
        return nil
    }

    private func integer(_ place: Int, _ count: Int) -> Int? {
        let place = tiff.startIndex + place
        return isLittle ? tiff.littleEndian(at: place, bytes: count) : tiff.bigEndian(at: place, bytes: count)
    }
}

extension Orientation {
    /// The orientation tag of an EXIF block or TIFF file; nil where there is none or it is broken.
    init?(exif block: ArraySlice<UInt8>) {
        guard let value = TIFFDirectory(block)?[0x0112] else { return nil }
        self.init(rawValue: value)
    }
}
