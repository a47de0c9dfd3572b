import Foundation
import SystemPackage

/// Qwen2 byte-level BPE: NFC, the Qwen2 split pattern, merges, added tokens.
public struct Tokenizer: Sendable {
    private let vocabulary: Vocabulary
    private let merges: MergeTable
    private let added: AddedTokens

    /// Reads vocab.json, merges.txt and tokenizer_config.json of a model directory (Hugging Face layout).
    public init(directory: FilePath) throws(TokenizerError) {
        let config = ModelFile(directory, "tokenizer_config.json")
        vocabulary = try Vocabulary(ModelFile(directory, "vocab.json"))
        merges = try MergeTable(ModelFile(directory, "merges.txt"), vocabulary)
        added = try AddedTokens(try config.decode(TokenizerConfig.self), config, vocabulary)
        vocabularySize = max(vocabulary.largestID, added.largestID) + 1
    }

    /// One more than the largest id: the rows that an embedding table needs at least.
    public let vocabularySize: Int

    /// `parsingAddedTokens: false` treats "<|im_end|>" in a user's text as plain characters.
    public func encode(_ text: String, parsingAddedTokens: Bool = true) -> [Int] {
        var ids: [Int] = []
        var cache: [ArraySlice<UInt8>: [Int]] = [:]
        guard parsingAddedTokens else {
            encodeWords(of: text.nfc, into: &ids, &cache)
            return ids
        }
        for section in added.sections(of: text, normalized: false) {
            switch section {
            case .token(let id): ids.append(id)
            case .text(let text): encodeNormalized(text.nfc, into: &ids, &cache)
            }
        }
        return ids
    }

    /// Invalid UTF-8 becomes U+FFFD, as the reference's `errors: replace`. Unknown ids stand for nothing.
    public func decode(_ ids: [Int], skippingSpecialTokens: Bool = false) -> String {
        var bytes: [UInt8] = []
        for id in ids where !(skippingSpecialTokens && isSpecial(id)) { bytes += self.bytes(of: id) }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Id of an added token by its content, or of a vocabulary token as vocab.json spells it ("Ġthe").
    public func id(of token: String) -> Int? {
        let bytes = Array(token.utf8)
        return added.id(of: bytes) ?? vocabulary.id(of: bytes[...])
    }

    public func isSpecial(_ id: Int) -> Bool { added.tokens[id]?.isSpecial ?? false }

    func bytes(of id: Int) -> [UInt8] { added.tokens[id]?.content ?? vocabulary.bytes(of: id) ?? [] }

    private func encodeNormalized(_ text: String, into ids: inout [Int], _ cache: inout [ArraySlice<UInt8>: [Int]]) {
        guard added.hasNormalized else { return encodeWords(of: text, into: &ids, &cache) }
        for section in added.sections(of: text, normalized: true) {
            switch section {
            case .token(let id): ids.append(id)
            case .text(let text): encodeWords(of: text, into: &ids, &cache)
            }
        }
    }

    /// Long texts repeat their words: each is merged once per call.
    private func encodeWords(of text: String, into ids: inout [Int], _ cache: inout [ArraySlice<UInt8>: [Int]]) {
        let bytes = Array(text.utf8)
        for range in WordSplitter(text).words() {
            let word = bytes[range]
            if let known = cache[word] {
                ids += known
            } else {
                let merged = merges.apply(to: word.map { vocabulary.byteIDs[Int($0)] })
                cache[word] = merged
                ids += merged
            }
        }
    }
}
