import Foundation
import SystemPackage
import Testing

@testable import Tokenizer

@Suite("Tokenizer files that cannot be used")
struct TokenizerFilesTests {
    /// The error that loading the fixture model gives after a change to one of its files.
    private func error(_ change: (ScratchModel) throws -> Void) throws -> TokenizerError? {
        let model = try ScratchModel()
        try change(model)
        do throws(TokenizerError) {
            _ = try Tokenizer(directory: model.path)
            return nil
        } catch {
            return error
        }
    }

    @Test("the fixture itself loads, so that the other tests fail for their own reason")
    func unchanged() throws {
        #expect(try error { _ in } == nil)
    }

    @Test("each missing file is named", arguments: ["vocab.json", "merges.txt", "tokenizer_config.json"])
    func missing(name: String) throws {
        let error = try #require(
            try error { try FileManager.default.removeItem(atPath: $0.path.appending(name).string) })
        #expect(error.file.hasSuffix(name))
        #expect(error.reason.contains("not found"))
    }

    @Test(
        "a vocabulary that is no object of ids is refused with its line",
        arguments: [
            ("", "line 1"), ("[]", "line 1"), ("{", "line 1"), ("{\"a\": \"b\"}", "whole number"),
            ("{\"a\": -1}", "whole number"), ("{\"a\": 1.5}", "whole number"), ("{\"a\": 1e3}", "whole number"),
            ("{\"a\":\n99999999999999999999}", "line 2: an id is larger"), ("{\"a\": null}", "whole number"),
            ("{\"a\": 1,}", "expected"), ("{\"a\": 1} x", "closing brace"), ("{\"a", "not closed"),
            ("{\"\\", "not closed"), ("{\"\\q\": 1}", "bad escape"), ("{\"a\": 1, \"\\u0061\": 2}", "occurs twice"),
            ("{\"a\": 1, \"b\": 1}", "given twice"), ("{}", "lacks the piece"),
        ])
    func badVocabulary(text: String, reason: String) throws {
        let error = try #require(try error { try $0.write(text, to: "vocab.json") })
        #expect(error.file.hasSuffix("vocab.json"))
        #expect(error.reason.contains(reason), "\(error)")
        #expect(!error.description.contains("\n"))
    }

    @Test("bytes that are no UTF-8 are refused")
    func notUTF8() throws {
        let error = try #require(
            try error {
                try Data([0x7B, 0xFF, 0x7D]).write(to: URL(fileURLWithPath: $0.path.appending("vocab.json").string))
            })
        #expect(error.reason.contains("UTF-8"))
    }

    @Test(
        "a merge that cannot be is refused with its line",
        arguments: [
            ("#version: 0.2\na b c\n", "line 2: expected two pieces"), ("a\n", "line 1: expected two pieces"),
            ("\n\n中 a\n", "line 3: the piece \"中\" is not in vocab.json"),
            ("Q Q\n", "line 1: the piece \"QQ\" is not in vocab.json"),
        ])
    func badMerges(text: String, reason: String) throws {
        let error = try #require(try error { try $0.write(text, to: "merges.txt") })
        #expect(error.file.hasSuffix("merges.txt"))
        #expect(error.reason.contains(reason), "\(error)")
    }

    @Test(
        "added tokens that contradict the vocabulary or each other are refused",
        arguments: [
            (#"{"x": {"content": "a"}}"#, "not an id"), (#"{"-1": {"content": "a"}}"#, "not an id"),
            (#"{"99999999999": {"content": "a"}}"#, "not an id"), (#"{"700": {"content": ""}}"#, "empty"),
            (#"{"700": {"content": "Q"}}"#, "contradicts"), (#"{"5": {"content": "<x>"}}"#, "contradicts"),
            (#"{"700": {"content": "<x>"}, "701": {"content": "<x>"}}"#, "twice"),
            (#"{"700": {"content": "<x>", "single_word": true}}"#, "single_word"),
            (#"{"700": {"content": 5}}"#, "content: expected String"), (#"{"700": {}}"#, "content"),
            (#"{"700": {"content": "<x>", "special": "yes"}}"#, "special: expected Bool"), ("[]", "expected"),
        ])
    func badAddedTokens(text: String, reason: String) throws {
        let error = try #require(
            try error { try $0.write("{\"added_tokens_decoder\": \(text)}", to: "tokenizer_config.json") })
        #expect(error.file.hasSuffix("tokenizer_config.json"))
        #expect(error.reason.contains(reason), "\(error)")
        #expect(!error.description.contains("\n"))
    }

    @Test("a configuration without added tokens is enough")
    func noAddedTokens() throws {
        #expect(try error { try $0.write("{}", to: "tokenizer_config.json") } == nil)
    }

    @Test("line ends of other systems and a byte order mark do no harm")
    func otherLineEnds() throws {
        let model = try ScratchModel()
        try model.write("\u{FEFF}" + model.read("vocab.json"), to: "vocab.json")
        try model.replace("\n", by: "\r\n", in: "merges.txt")
        let expected = try Tokenizer(directory: Fixtures.model).encode("The mayor opens the bridge")
        #expect(try Tokenizer(directory: model.path).encode("The mayor opens the bridge") == expected)
    }
}
