/// Splits text into the words that BPE works on: Qwen2's pattern as a scanner over Unicode scalars.
///
///     (?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+
///
/// The alternatives are tried in this order; together they cover every scalar.
struct WordSplitter {
    private enum Kind { case letter, number, newline, space, other }

    private let scalars: [Unicode.Scalar]
    private let kinds: [Kind]

    init(_ text: String) {
        scalars = Array(text.unicodeScalars)
        kinds = scalars.map(Self.kind)
    }

    /// The words in order, as ranges of the text's UTF-8.
    func words() -> [Range<Int>] {
        var words: [Range<Int>] = []
        var position = 0
        var byte = 0
        while position < scalars.count {
            let end = endOfWord(from: position)
            let length = scalars[position..<end].reduce(0) { $0 + UTF8.width($1) }
            words.append(byte..<byte + length)
            byte += length
            position = end
        }
        return words
    }

    private func endOfWord(from start: Int) -> Int {
        if let end = endOfContraction(from: start) { return end }
        switch kinds[start] {
        case .letter:
            return endOfRun(from: start) { $0 == .letter }
        case .number:
            return start + 1
        case .other:
            if kind(at: start + 1) == .letter { return endOfRun(from: start + 1) { $0 == .letter } }
            return endOfSymbols(from: start)
        case .space:
            if kind(at: start + 1) == .letter { return endOfRun(from: start + 1) { $0 == .letter } }
            if scalars[start] == " ", kind(at: start + 1) == .other { return endOfSymbols(from: start + 1) }
            return endOfWhitespace(from: start)
        case .newline:
            return endOfWhitespace(from: start)
        }
    }

    /// `[^\s\p{L}\p{N}]+[\r\n]*`
    private func endOfSymbols(from start: Int) -> Int {
        endOfRun(from: endOfRun(from: start) { $0 == .other }) { $0 == .newline }
    }

    /// `\s*[\r\n]+|\s+(?!\S)|\s+`: up to the last line break; else all but the one before a word; else what there is.
    private func endOfWhitespace(from start: Int) -> Int {
        let end = endOfRun(from: start) { $0 == .space || $0 == .newline }
        if let newline = kinds[start..<end].lastIndex(of: .newline) { return newline + 1 }
        return end == kinds.count || end == start + 1 ? end : end - 1
    }

    /// `(?i:'s|'t|'re|'ve|'m|'ll|'d)`. Case folding also takes U+017F, the long s, for an s.
    private func endOfContraction(from start: Int) -> Int? {
        guard scalars[start] == "'", start + 1 < scalars.count else { return nil }
        switch Self.folded(scalars[start + 1]) {
        case "s", "t", "m", "d": return start + 2
        case "l" where follows("l", at: start + 2): return start + 3
        case "r" where follows("e", at: start + 2), "v" where follows("e", at: start + 2): return start + 3
        default: return nil
        }
    }

    private func follows(_ letter: Unicode.Scalar, at position: Int) -> Bool {
        position < scalars.count && Self.folded(scalars[position]) == letter
    }

    private func endOfRun(from start: Int, _ belongs: (Kind) -> Bool) -> Int {
        var end = start
        while end < kinds.count, belongs(kinds[end]) { end += 1 }
        return end
    }

    private func kind(at position: Int) -> Kind? { position < kinds.count ? kinds[position] : nil }

    private static func folded(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        switch scalar {
        case "A"..."Z": Unicode.Scalar(UInt8(scalar.value) + 32)
        case "\u{17F}": "s"
        default: scalar
        }
    }

    private static func kind(_ scalar: Unicode.Scalar) -> Kind {
        switch scalar {
        case "a"..."z", "A"..."Z": return .letter
        case "0"..."9": return .number
        case "\r", "\n": return .newline
        default: break
        }
        if scalar.properties.isWhitespace { return .space }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: return .letter
        case .decimalNumber, .letterNumber, .otherNumber: return .number
        default: return .other
        }
    }
}
