/// RFC 4180: fields in quotes may hold commas, line ends and doubled quotes; lines end in CRLF, LF or CR.
struct CSVReader: Sequence, IteratorProtocol {
    struct Record {
        /// Where it begins, from 1.
        var line: Int
        var fields: [[UInt8]]
        /// What breaks the format in it.
        var mistake: String?

        var isBlank: Bool { fields.count == 1 && fields[0].isEmpty && mistake == nil }
    }

    private let bytes: [UInt8]
    private var index: Int
    private var line = 1

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        index = bytes.withoutByteOrderMark.startIndex
    }

    mutating func next() -> Record? {
        guard index < bytes.count else { return nil }
        var record = Record(line: line, fields: [])
        while true {
            let field = index < bytes.count && bytes[index] == .quote ? quotedField(&record) : plainField(&record)
            record.fields.append(field)
            guard index < bytes.count, bytes[index] == .comma else { break }
            index += 1
        }
        skipLineEnd()
        return record
    }

    private mutating func plainField(_ record: inout Record) -> [UInt8] {
        let start = index
        while index < bytes.count, bytes[index] != .comma, !bytes[index].isLineEnd {
            if bytes[index] == .quote { record.mistake = "a quote stands inside a field that does not begin with one" }
            index += 1
        }
        return Array(bytes[start..<index])
    }

    private mutating func quotedField(_ record: inout Record) -> [UInt8] {
        var field: [UInt8] = []
        index += 1
        while true {
            guard index < bytes.count else {
                record.mistake = "a quote is never closed"
                return field
            }
            let byte = bytes[index]
            index += 1
            if byte == .quote {
                guard index < bytes.count, bytes[index] == .quote else { break }
                index += 1
            } else if byte == .lineFeed
                || (byte == .carriageReturn && !(index < bytes.count && bytes[index] == .lineFeed))
            {
                line += 1
            }
            field.append(byte)
        }
        if index < bytes.count, bytes[index] != .comma, !bytes[index].isLineEnd {
            record.mistake = "text follows a closing quote"
            field += plainField(&record)
        }
        return field
    }

    private mutating func skipLineEnd() {
        guard index < bytes.count else { return }
        if bytes[index] == .carriageReturn, index + 1 < bytes.count, bytes[index + 1] == .lineFeed { index += 1 }
        index += 1
        line += 1
    }
}

extension UInt8 {
    static let quote = UInt8(ascii: "\"")
    static let comma = UInt8(ascii: ",")
    static let lineFeed = UInt8(ascii: "\n")
    static let carriageReturn = UInt8(ascii: "\r")

    var isLineEnd: Bool { self == .lineFeed || self == .carriageReturn }
}
