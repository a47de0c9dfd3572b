import Foundation
import SystemPackage
import Testing

@testable import Tokenizer

@Suite("Byte-level BPE")
struct TokenizerTests {
    struct Vector: Decodable {
        var text: String
        var ids: [Int]
        var decoded: String?
    }

    struct Decoding: Decodable {
        var ids: [Int]
        var decoded: String
        var withoutSpecial: String

        enum CodingKeys: String, CodingKey {
            case ids, decoded
            case withoutSpecial = "without_special"
        }
    }

    let tokenizer: Tokenizer

    init() throws { tokenizer = try Tokenizer(directory: Fixtures.model) }

    @Test("every text becomes the reference's ids")
    func encode() throws {
        for vector in try Fixtures.decode([Vector].self, "encode.json") {
            #expect(tokenizer.encode(vector.text) == vector.ids, "\(vector.text.debugDescription)")
        }
    }

    @Test("every text comes back as the reference decodes it")
    func decodeEncoded() throws {
        for vector in try Fixtures.decode([Vector].self, "encode.json") {
            guard let decoded = vector.decoded else { continue }
            #expect(tokenizer.decode(vector.ids).isIdentical(to: decoded), "\(vector.text.debugDescription)")
        }
    }

    @Test("arbitrary ids decode as the reference does, invalid UTF-8 to U+FFFD")
    func decodeArbitrary() throws {
        for vector in try Fixtures.decode([Decoding].self, "decode.json") {
            #expect(tokenizer.decode(vector.ids).isIdentical(to: vector.decoded), "\(vector.ids)")
            let plain = tokenizer.decode(vector.ids, skippingSpecialTokens: true)
            #expect(plain.isIdentical(to: vector.withoutSpecial), "\(vector.ids)")
        }
    }

    @Test("a stream gives what decoding at once gives, whatever the ids")
    func streaming() throws {
        for vector in try Fixtures.decode([Decoding].self, "decode.json") {
            for (skips, expected) in [(false, vector.decoded), (true, vector.withoutSpecial)] {
                var decoder = StreamingDecoder(tokenizer, skippingSpecialTokens: skips)
                var text = ""
                for id in vector.ids { text += decoder.append(id) }
                text += decoder.finish()
                #expect(text.isIdentical(to: expected), "\(vector.ids)")
            }
        }
    }

    @Test("a stream holds a character back until its last byte is there")
    func streamingWaits() throws {
        var decoder = StreamingDecoder(tokenizer)
        let ids = try ["ð", "Ł", "ĺ", "Ģ"].map { try #require(tokenizer.id(of: $0)) }
        #expect(ids.map { decoder.append($0) } == ["", "", "", "\u{1F600}"])
        #expect(decoder.finish() == "")
        #expect(decoder.append(ids[0]) == "")
        #expect(decoder.finish() == "\u{FFFD}")
        #expect(decoder.finish() == "")
    }

    @Test("added tokens in a user's text can be taken as plain characters")
    func withoutAddedTokens() throws {
        let ids = tokenizer.encode("a<|im_end|>b", parsingAddedTokens: false)
        #expect(!ids.contains(try #require(tokenizer.id(of: "<|im_end|>"))))
        #expect(ids.allSatisfy { !tokenizer.isSpecial($0) })
        #expect(tokenizer.decode(ids) == "a<|im_end|>b")
    }

    @Test("tokens are found by content, special ones are known, the size covers all ids")
    func lookup() throws {
        #expect(tokenizer.id(of: "<|endoftext|>") == 600)
        #expect(tokenizer.id(of: "<|endoftext|").map { _ in true } == nil)
        #expect(tokenizer.isSpecial(600))
        #expect(!tokenizer.isSpecial(try #require(tokenizer.id(of: "<think>"))))
        #expect(!tokenizer.isSpecial(0))
        #expect(tokenizer.vocabularySize == 609)
        #expect(tokenizer.decode([tokenizer.encode(" the")[0]]) == " the")
    }

    @Test("ids that do not exist decode to nothing")
    func unknownIDs() {
        #expect(tokenizer.decode([-1, 100_000, .max, .min]) == "")
    }

    @Test("an added token that is not ASCII decodes to itself")
    func addedTokenBeyondASCII() throws {
        let id = try #require(tokenizer.id(of: "<é>"))
        #expect(tokenizer.encode("<e\u{301}>") == [id])
        #expect(tokenizer.decode([id]).isIdentical(to: "<\u{E9}>"))
    }

    @Test("a very long word is encoded and comes back")
    func longWord() {
        let word = String(repeating: "the", count: 20_000)
        #expect(tokenizer.decode(tokenizer.encode(word)) == word)
    }
}
