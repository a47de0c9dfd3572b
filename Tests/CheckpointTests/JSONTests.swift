import Testing

@testable import Checkpoint

@Suite("JSON")
struct JSONTests {
    @Test("a document is written as it was read: order, numbers, text")
    func roundTrip() throws {
        let text = """
            {
              "z": 1e-06,
              "a": [
                1.0,
                -0,
                100000000000000000000,
                true,
                null
              ],
              "empty": {},
              "list": [],
              "text": "a\\"b\\\\c\\nd\\u0001é😀"
            }
            """
        let value = try JSONValue(parsing: Array(text.utf8))
        #expect(value.text() == text)
        #expect(value["text"] == .string("a\"b\\c\nd\u{1}é😀"))
    }

    @Test("escapes and surrogate pairs are decoded")
    func escapes() throws {
        let value = try JSONValue(parsing: Array(#""\u0041\t\/\ud83d\ude00""#.utf8))
        #expect(value == .string("A\t/😀"))
    }

    @Test(
        "what the grammar does not allow is refused",
        arguments: [
            "", "{", "[1,]", "{\"a\":1,}", "01", "1.", ".5", "+1", "-", "1e", "nul", "\"\u{1}\"", "\"\\x\"", "\"a",
            "\"\\ud800\"", "\"\\udc00\"", "[1 2]", "{a:1}", "1 2", "{\"a\":1,\"a\":1}", "'a'",
        ])
    func mistakes(text: String) {
        #expect(throws: JSONError.self) { try JSONValue(parsing: Array(text.utf8)) }
    }

    @Test("text that is not UTF-8 is refused")
    func invalidUTF8() {
        #expect(throws: JSONError.self) { try JSONValue(parsing: [0x22, 0xff, 0x22]) }
    }

    @Test("nesting is limited, so that no document can use up the stack")
    func nesting() {
        let deep = [UInt8](repeating: UInt8(ascii: "["), count: 1_000_000)
        #expect(throws: JSONError.self) { try JSONValue(parsing: deep) }
    }
}
