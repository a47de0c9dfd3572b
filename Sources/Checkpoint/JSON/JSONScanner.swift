/// Where and why a text is not JSON.
struct JSONError: Error, Equatable {
    var offset: Int
    var reason: String
}

/// A cursor over JSON text (RFC 8259) from an untrusted file: every step checks the bounds, nesting is limited, and
/// nothing is built but what the caller asks for. A header of 28,000 tensors passes in some 10 ms.
struct JSONScanner {
    static let maximumDepth = 64

    private let bytes: UnsafeRawBufferPointer
    private(set) var offset = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    func failure(_ reason: String) -> JSONError { JSONError(offset: offset, reason: reason) }

    /// The next byte that is no white space, or nil at the end.
    mutating func peek() -> UInt8? {
        while offset < bytes.count {
            switch bytes[offset] {
            case 0x20, 0x09, 0x0a, 0x0d: offset += 1
            case let byte: return byte
            }
        }
        return nil
    }

    @inline(__always)
    mutating func take(_ character: Unicode.Scalar) throws(JSONError) {
        guard try takeIf(character) else { throw failure("'\(character)' expected") }
    }

    @inline(__always)
    mutating func takeIf(_ character: Unicode.Scalar) throws(JSONError) -> Bool {
        guard let next = peek() else { throw failure("the text ends in the middle") }
        guard next == UInt8(ascii: character) else { return false }
        offset += 1
        return true
    }

    mutating func end() throws(JSONError) {
        if peek() != nil { throw failure("there is more after the end") }
    }

    /// Calls `member` with each key of an object; it must consume the value.
    mutating func object(_ member: (inout JSONScanner, String) throws(JSONError) -> Void) throws(JSONError) {
        try take("{")
        if try takeIf("}") { return }
        repeat {
            let key = try string()
            try take(":")
            try member(&self, key)
        } while try takeIf(",")
        try take("}")
    }

    /// Calls `element` before each element of an array; it must consume the element.
    mutating func array(_ element: (inout JSONScanner) throws(JSONError) -> Void) throws(JSONError) {
        try take("[")
        if try takeIf("]") { return }
        repeat { try element(&self) } while try takeIf(",")
        try take("]")
    }

    /// A whole number from 0 to Int.max.
    mutating func unsignedInteger() throws(JSONError) -> Int {
        guard peek() != nil else { throw failure("the text ends in the middle") }
        let start = offset
        var value = 0
        while offset < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[offset]) {
            let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
            let (next, carry) = tens.addingReportingOverflow(Int(bytes[offset] - UInt8(ascii: "0")))
            guard !overflow, !carry else { throw failure("a number beyond \(Int.max)") }
            value = next
            offset += 1
        }
        guard offset > start, offset - start == 1 || bytes[start] != UInt8(ascii: "0"), !at("."), !at("e"), !at("E")
        else { throw failure("a whole number from 0 on expected") }
        return value
    }

    /// A number as it is written, checked against the grammar.
    mutating func number() throws(JSONError) -> String {
        guard peek() != nil else { throw failure("the text ends in the middle") }
        let start = offset
        if at("-") { offset += 1 }
        if at("0") { offset += 1 } else { try digits() }
        if at(".") {
            offset += 1
            try digits()
        }
        if at("e") || at("E") {
            offset += 1
            if at("+") || at("-") { offset += 1 }
            try digits()
        }
        return String(decoding: bytes[start..<offset], as: UTF8.self)
    }

    mutating func literal(_ word: StaticString) throws(JSONError) {
        _ = peek()
        let length = word.utf8CodeUnitCount
        guard offset + length <= bytes.count,
            (0..<length).allSatisfy({ bytes[offset + $0] == word.utf8Start[$0] })
        else { throw failure("\(word) expected") }
        offset += length
    }

    mutating func string() throws(JSONError) -> String {
        try take("\"")
        let start = offset
        while offset < bytes.count {
            switch bytes[offset] {
            case UInt8(ascii: "\""):
                defer { offset += 1 }
                return try utf8(bytes[start..<offset])
            case UInt8(ascii: "\\"): return try escapedString(from: start)
            case 0..<0x20: throw failure("a control character inside a string")
            default: offset += 1
            }
        }
        throw failure("a string without an end")
    }

    private mutating func escapedString(from start: Int) throws(JSONError) -> String {
        var text = [UInt8](bytes[start..<offset])
        while offset < bytes.count {
            let byte = bytes[offset]
            offset += 1
            switch byte {
            case UInt8(ascii: "\""): return try utf8(text[...])
            case 0..<0x20: throw failure("a control character inside a string")
            case UInt8(ascii: "\\"): text += try escape()
            default: text.append(byte)
            }
        }
        throw failure("a string without an end")
    }

    private mutating func escape() throws(JSONError) -> [UInt8] {
        guard offset < bytes.count else { throw failure("a string without an end") }
        let byte = bytes[offset]
        offset += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0c]
        case UInt8(ascii: "n"): return [0x0a]
        case UInt8(ascii: "r"): return [0x0d]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "u"): break
        default: throw failure("an unknown escape")
        }
        var code = try fourHexDigits()
        if (0xd800..<0xdc00).contains(code), at("\\") {
            offset += 1
            guard at("u") else { throw failure("half a surrogate pair") }
            offset += 1
            let low = try fourHexDigits()
            guard (0xdc00..<0xe000).contains(low) else { throw failure("half a surrogate pair") }
            code = 0x10000 + (code - 0xd800) << 10 + (low - 0xdc00)
        }
        guard let scalar = Unicode.Scalar(code) else { throw failure("half a surrogate pair") }
        return Array(String(scalar).utf8)
    }

    private mutating func fourHexDigits() throws(JSONError) -> UInt32 {
        var code: UInt32 = 0
        for _ in 0..<4 {
            guard offset < bytes.count, let digit = Character(Unicode.Scalar(bytes[offset])).hexDigitValue else {
                throw failure("four hexadecimal digits expected")
            }
            code = code << 4 | UInt32(digit)
            offset += 1
        }
        return code
    }

    private func utf8(_ text: some Collection<UInt8>) throws(JSONError) -> String {
        guard let string = String(validating: text, as: UTF8.self) else { throw failure("a string is not UTF-8") }
        return string
    }

    private func at(_ character: Unicode.Scalar) -> Bool {
        offset < bytes.count && bytes[offset] == UInt8(ascii: character)
    }

    private mutating func digits() throws(JSONError) {
        let start = offset
        while offset < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[offset]) { offset += 1 }
        if offset == start { throw failure("a number expected") }
    }
}
