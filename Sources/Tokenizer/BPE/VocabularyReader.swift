/// Reads vocab.json: one flat JSON object from piece to id.
///
/// Foundation's decoders take longer over the 150,000 entries of the published model than all the rest of loading, and
/// lose a repeated key without a word; for this one shape a scanner over the bytes is short and strict.
struct VocabularyReader {
    /// Pairs of ids are packed into 64 bits by the merge table.
    static let largestID = Int(Int32.max)

    private let file: ModelFile
    private let bytes: [UInt8]
    private var position = 0

    init(_ file: ModelFile) throws(TokenizerError) {
        self.file = file
        bytes = Array(try file.readText().utf8)
    }

    mutating func read(_ take: (_ piece: ArraySlice<UInt8>, _ id: Int) throws(TokenizerError) -> Void)
        throws(TokenizerError)
    {
        try expect("{")
        if next() != UInt8(ascii: "}") {
            while true {
                let piece = try readString()
                try expect(":")
                try take(piece, try readID())
                guard next() == UInt8(ascii: ",") else { break }
                position += 1
            }
        }
        try expect("}")
        guard next() == nil else { throw error("has text after the closing brace") }
    }

    func error(_ reason: String) -> TokenizerError {
        let line = 1 + bytes[..<min(position, bytes.count)].count { $0 == UInt8(ascii: "\n") }
        return file.error("line \(line): \(reason)")
    }

    /// The next byte that is not white space, not consumed.
    private mutating func next() -> UInt8? {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x0A, 0x0D, 0x09: position += 1
            default: return bytes[position]
            }
        }
        return nil
    }

    private mutating func expect(_ character: Unicode.Scalar) throws(TokenizerError) {
        guard next() == UInt8(ascii: character) else {
            throw error("expected \"\(character)\"; the file must be one JSON object of piece to id")
        }
        position += 1
    }

    private mutating func readID() throws(TokenizerError) -> Int {
        _ = next()
        var id = 0
        let start = position
        while position < bytes.count, (0x30...0x39).contains(bytes[position]) {
            id = id * 10 + Int(bytes[position] - 0x30)
            position += 1
            guard id <= Self.largestID else { throw error("an id is larger than \(Self.largestID)") }
        }
        let end = next()
        guard position > start, end == UInt8(ascii: ",") || end == UInt8(ascii: "}") else {
            throw error("an id must be a whole number from 0")
        }
        return id
    }

    private mutating func readString() throws(TokenizerError) -> ArraySlice<UInt8> {
        try expect("\"")
        let start = position
        while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
            if bytes[position] == UInt8(ascii: "\\") { return try readEscapedString(from: start) }
            guard bytes[position] >= 0x20 else { throw error("control character in a string") }
            position += 1
        }
        guard position < bytes.count else { throw error("a string is not closed") }
        position += 1
        return bytes[start..<position - 1]
    }

    /// The rare case: leaves the unescaping to Foundation.
    private mutating func readEscapedString(from start: Int) throws(TokenizerError) -> ArraySlice<UInt8> {
        while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
            position += bytes[position] == UInt8(ascii: "\\") ? 2 : 1
        }
        guard position < bytes.count else { throw error("a string is not closed") }
        guard let text = JSONText.string(bytes[start - 1...position]) else { throw error("a string has a bad escape") }
        position += 1
        return Array(text.utf8)[...]
    }
}
