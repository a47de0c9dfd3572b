/// What the marker segments of a JPEG file say before anything is decoded. ITU-T T.81, annex B.
struct JPEGMarkers: Equatable {
    var width = 0
    var height = 0
    var components = 0
    /// Low byte of the start-of-frame marker, 0xC0 to 0xCF.
    var frameType: UInt8?
    var orientation: Orientation?
    var hasScan = false
    var hasEnd = false

    init(_ bytes: [UInt8]) {
        var position = 2
        while position + 1 < bytes.count {
            guard bytes[position] == 0xFF else {
                // Entropy-coded data, or junk between segments: on to the next marker.
                guard let next = bytes[position...].firstIndex(of: 0xFF) else { return }
                position = next
                continue
            }
            let marker = bytes[position + 1]
            switch marker {
            case 0xFF:
                position += 1
                continue
            case 0xD9:
                hasEnd = hasScan
                if hasScan { return }
                position += 2
                continue
            case 0x00, 0x01, 0xD0...0xD8:
                position += 2
                continue
            default:
                break
            }
            guard let length = bytes.bigEndian(at: position + 2, bytes: 2), length >= 2 else { return }
            let body = bytes[min(position + 4, bytes.count)..<min(position + 2 + length, bytes.count)]
            read(marker, body)
            position += 2 + length
        }
    }

    private mutating func read(_ marker: UInt8, _ body: ArraySlice<UInt8>) {
        let start = body.startIndex
        switch marker {
        case 0xC0...0xC3, 0xC5...0xC7, 0xC9...0xCB, 0xCD...0xCF:
            guard frameType == nil, let height = body.bigEndian(at: start + 1, bytes: 2),
                let width = body.bigEndian(at: start + 3, bytes: 2),
                let components = body.bigEndian(at: start + 5, bytes: 1)
            else { return }
            (self.width, self.height, self.components) = (width, height, components)
            frameType = marker
        case 0xE1 where orientation == nil && body.hasBytes("Exif\0\0", at: start):
            orientation = Orientation(exif: body)
        case 0xDA:
            hasScan = true
        default:
            break
        }
    }
}
