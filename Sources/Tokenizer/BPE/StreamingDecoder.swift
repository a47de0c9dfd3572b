/// Text of tokens as they arrive; never half a UTF-8 character.
///
/// The concatenation of everything returned, `finish()` included, is what `Tokenizer.decode` makes of all the ids.
public struct StreamingDecoder: Sendable {
    private let tokenizer: Tokenizer
    private let skippingSpecialTokens: Bool
    /// At most three bytes: the start of a character whose end has not come yet.
    private var pending: [UInt8] = []

    public init(_ tokenizer: Tokenizer, skippingSpecialTokens: Bool = true) {
        self.tokenizer = tokenizer
        self.skippingSpecialTokens = skippingSpecialTokens
    }

    /// The text that is complete now; empty while a character is under way.
    public mutating func append(_ id: Int) -> String {
        if skippingSpecialTokens, tokenizer.isSpecial(id) { return "" }
        pending += tokenizer.bytes(of: id)
        let complete = pending.count - Self.unfinishedSuffix(of: pending)
        defer { pending.removeFirst(complete) }
        return String(decoding: pending[..<complete], as: UTF8.self)
    }

    /// What is left at the end of the stream: an unfinished character as U+FFFD. The decoder is empty again.
    public mutating func finish() -> String {
        defer { pending = [] }
        return String(decoding: pending, as: UTF8.self)
    }

    /// Length of the trailing bytes that are the start of a valid UTF-8 sequence and lack its end (Unicode, table 3-7).
    private static func unfinishedSuffix(of bytes: [UInt8]) -> Int {
        for length in 1...3 where length <= bytes.count {
            let lead = bytes[bytes.count - length]
            if lead & 0xC0 == 0x80 { continue }
            guard let (size, second) = sequence(startingWith: lead), length < size else { return 0 }
            return length == 1 || second.contains(bytes[bytes.count - length + 1]) ? length : 0
        }
        return 0
    }

    /// Bytes in the sequence that `lead` starts, and which second byte it may have.
    private static func sequence(startingWith lead: UInt8) -> (size: Int, second: ClosedRange<UInt8>)? {
        switch lead {
        case 0xC2...0xDF: (2, 0x80...0xBF)
        case 0xE0: (3, 0xA0...0xBF)
        case 0xED: (3, 0x80...0x9F)
        case 0xE1...0xEF: (3, 0x80...0xBF)
        case 0xF0: (4, 0x90...0xBF)
        case 0xF1...0xF3: (4, 0x80...0xBF)
        case 0xF4: (4, 0x80...0x8F)
        default: nil
        }
    }
}
