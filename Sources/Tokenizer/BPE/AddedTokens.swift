/// The `added_tokens_decoder` of tokenizer_config.json: tokens that are found as they stand, before any splitting.
struct AddedTokens: Sendable {
    struct Token: Sendable, Equatable {
        var id: Int
        var content: [UInt8]
        /// What is looked for: the content, or its NFC if it is looked for in NFC text.
        var pattern: [UInt8]
        /// Left out of decoded text on request.
        var isSpecial: Bool
        /// Takes the white space before or after it along.
        var stripsLeft: Bool
        var stripsRight: Bool
    }

    enum Section: Equatable {
        case token(Int)
        case text(String)
    }

    private(set) var tokens: [Int: Token] = [:]
    private var ids: [[UInt8]: Int] = [:]
    /// Looked for in the text as given, and after that in the NFC of what is left.
    private let verbatim: Matcher
    private let normalized: Matcher

    var largestID: Int { tokens.keys.max() ?? 0 }
    var hasNormalized: Bool { !normalized.isEmpty }

    init(_ config: TokenizerConfig, _ file: ModelFile, _ vocabulary: Vocabulary) throws(TokenizerError) {
        var inVerbatim: [Token] = []
        var inNormalized: [Token] = []
        for (key, entry) in (config.addedTokens ?? [:]).sorted(by: { $0.key < $1.key }) {
            guard let id = Int(key), (0...VocabularyReader.largestID).contains(id) else {
                throw file.error("added_tokens_decoder: \"\(key.prefix(20))\" is not an id")
            }
            let content = Array(entry.content.utf8)
            guard !content.isEmpty else { throw file.error("added token \(id) is empty") }
            guard entry.singleWord != true else {
                throw file.error("added token \(id): single_word is not supported; no model of this family uses it")
            }
            let known = vocabulary.id(of: content[...])
            guard known == id || known == nil && vocabulary.bytes(of: id) == nil else {
                throw file.error("added token \(id), \(quoted(content[...])), contradicts vocab.json")
            }
            guard tokens[id] == nil, ids.updateValue(id, forKey: content) == nil else {
                throw file.error("added token \(id), \(quoted(content[...])), is given twice")
            }
            let isSpecial = entry.special ?? false
            let isNormalized = entry.normalized ?? !isSpecial
            let token = Token(
                id: id, content: content, pattern: isNormalized ? Array(entry.content.nfc.utf8) : content,
                isSpecial: isSpecial, stripsLeft: entry.lstrip ?? false, stripsRight: entry.rstrip ?? false)
            tokens[id] = token
            if isNormalized { inNormalized.append(token) } else { inVerbatim.append(token) }
        }
        verbatim = Matcher(inVerbatim)
        normalized = Matcher(inNormalized)
    }

    func id(of content: [UInt8]) -> Int? { ids[content] }

    /// Cuts text at added tokens: earliest first, the longest of those that start at one place.
    func sections(of text: String, normalized isNormalized: Bool) -> [Section] {
        (isNormalized ? normalized : verbatim).sections(of: text)
    }
}

extension AddedTokens {
    /// Finds tokens of one kind. Candidates are looked up by their first byte.
    private struct Matcher: Sendable {
        private var byFirstByte: [UInt8: [Token]] = [:]

        var isEmpty: Bool { byFirstByte.isEmpty }

        init(_ tokens: [Token]) {
            for token in tokens.sorted(by: { $0.pattern.count > $1.pattern.count }) {
                byFirstByte[token.pattern[0], default: []].append(token)
            }
        }

        func sections(of text: String) -> [Section] {
            let bytes = Array(text.utf8)
            var sections: [Section] = []
            var taken = 0
            var position = 0
            func takeText(upTo end: Int) {
                guard taken < end else { return }
                sections.append(.text(String(decoding: bytes[taken..<end], as: UTF8.self)))
            }
            while position < bytes.count {
                guard let token = match(bytes[position...]) else {
                    position += 1
                    continue
                }
                takeText(upTo: token.stripsLeft ? startOfSpaces(in: text, from: taken, before: position) : position)
                sections.append(.token(token.id))
                position += token.pattern.count
                if token.stripsRight { position = endOfSpaces(in: text, from: position) }
                taken = position
            }
            takeText(upTo: bytes.count)
            return sections
        }

        private func match(_ text: ArraySlice<UInt8>) -> Token? {
            byFirstByte[text[text.startIndex]]?.first { text.starts(with: $0.pattern) }
        }

        private func endOfSpaces(in text: String, from start: Int) -> Int {
            let rest = text[text.utf8.index(text.startIndex, offsetBy: start)...].unicodeScalars
            return start + rest.prefix { $0.properties.isWhitespace }.reduce(0) { $0 + UTF8.width($1) }
        }

        private func startOfSpaces(in text: String, from start: Int, before end: Int) -> Int {
            let utf8 = text.utf8
            let before = text[
                utf8.index(text.startIndex, offsetBy: start)..<utf8.index(text.startIndex, offsetBy: end)]
            let spaces = before.unicodeScalars.reversed().prefix { $0.properties.isWhitespace }
            return end - spaces.reduce(0) { $0 + UTF8.width($1) }
        }
    }
}
