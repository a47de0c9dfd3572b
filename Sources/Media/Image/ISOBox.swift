/// One box of an ISO media file: its type and where its content lies.
struct Box {
    var type: String
    var body: Range<Int>
    /// Version and flags, if the box is a "full box".
    var version: Int
    var flags: Int

    /// The content behind version and flags.
    var fullBody: Range<Int> { min(body.lowerBound + 4, body.upperBound)..<body.upperBound }

    /// The boxes that stand one after another in `range`; one that leaves it is cut off.
    static func all(in bytes: [UInt8], _ range: Range<Int>) -> [Box] {
        var boxes: [Box] = []
        var position = range.lowerBound
        while position + 8 <= range.upperBound, var size = bytes.bigEndian(at: position, bytes: 4) {
            var header = 8
            if size == 1 {
                guard bytes.bigEndian(at: position + 8, bytes: 1) == 0,
                    let large = bytes.bigEndian(at: position + 9, bytes: 7)
                else { break }
                (size, header) = (large, 16)
            } else if size == 0 {
                size = range.upperBound - position
            }
            guard size >= header, position + header <= range.upperBound else { break }
            let body = position + header..<min(position + size, range.upperBound)
            let word = bytes.bigEndian(at: body.lowerBound, bytes: 4) ?? 0
            boxes.append(
                Box(
                    type: String(decoding: bytes[position + 4..<position + 8], as: UTF8.self), body: body,
                    version: word >> 24, flags: word & 0xFF_FFFF))
            position = body.upperBound
        }
        return boxes
    }
}

/// Reads the fields of a box one after another; nil past its end.
struct Fields {
    private let bytes: [UInt8]
    private let wideIDs: Bool
    private var rest: Range<Int>

    init(_ bytes: [UInt8], _ range: Range<Int>, wideIDs: Bool) {
        self.bytes = bytes
        self.wideIDs = wideIDs
        rest = range
    }

    /// A big-endian integer of 0 to 8 bytes; one of 0 bytes is 0.
    mutating func integer(_ count: Int) -> Int? {
        guard rest.count >= count else { return nil }
        let place = rest.lowerBound
        rest = place + count..<rest.upperBound
        if count < 8 { return count == 0 ? 0 : bytes.bigEndian(at: place, bytes: count) }
        guard bytes[place] == 0 else { return nil }
        return bytes.bigEndian(at: place + 1, bytes: 7)
    }

    mutating func id() -> Int? { integer(wideIDs ? 4 : 2) }

    mutating func text(_ count: Int) -> String? {
        guard rest.count >= count else { return nil }
        let place = rest.lowerBound
        rest = place + count..<rest.upperBound
        return String(decoding: bytes[place..<place + count], as: UTF8.self)
    }
}
