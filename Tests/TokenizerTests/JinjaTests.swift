import Testing

@testable import Tokenizer

@Suite("Jinja")
struct JinjaTests {
    struct Case: Decodable, CustomTestStringConvertible {
        var name: String
        var template: String
        /// Absent where jinja2 refuses the template.
        var expected: String?
        var testDescription: String { name }
    }

    struct Conversation: Decodable, CustomTestStringConvertible {
        var name: String
        var variables: String
        var expected: String
        var testDescription: String { name }
    }

    private func render(_ template: String) throws(TemplateError) -> String {
        try Interpreter.render(try Parser.parse(template), [:])
    }

    @Test("each construct renders as jinja2 renders it, or is refused as there", arguments: try constructs())
    func construct(example: Case) throws {
        guard let expected = example.expected else {
            #expect(throws: TemplateError.self) { try render(example.template) }
            return
        }
        let text = try render(example.template)
        #expect(text.isIdentical(to: expected), "\(text.debugDescription) is not \(expected.debugDescription)")
    }

    @Test("a Qwen3-style template renders as in jinja2", arguments: try conversations())
    func conversation(example: Conversation) throws {
        let text = try render(example.variables + Fixtures.text("qwen3_style.jinja"))
        #expect(text.isIdentical(to: example.expected), "\(text.debugDescription)")
    }

    @Test(
        "an error names the line and the construct",
        arguments: [
            ("a\n\n{{ 'a' | nonsense }}", 3, "the filter 'nonsense' is not supported"),
            ("{% if true %}\n{% nonsense %}\n{% endif %}", 2, "the tag 'nonsense' is not supported or out of place"),
            ("{% for x in [1] %}\n{{ x.y.z }}\n{% endfor %}", 2, "'y' of a int is undefined; it has no 'z'"),
            ("{# a\n\n #}\n{{ f() }}", 4, "'f' is undefined or not supported; it cannot be called"),
            ("{% macro m() %}\n\n{% endmacro %}\n{{ m() + 1 }}", 4, "'+' does not take a string and a int"),
            ("\n{{ raise_exception('no') }}", 2, "the template refuses: no"),
            ("\n{{ (1 }}", 2, "unexpected '}', expected ')'"),
            ("{% if x %}", 1, "unexpected the end of the template, expected '{% elif or else or endif %}'"),
            ("{{ 99999999999999999999 }}", 1, "the number 99999999999999999999 is too large"),
            ("{{ 'a' is nonsense }}", 1, "the test 'nonsense' is not supported"),
            ("{{ 9223372036854775807 + 1 }}", 1, "a number is too large"),
        ])
    func errorPlace(template: String, line: Int, reason: String) {
        #expect(throws: TemplateError(line: line, reason: reason)) { try render(template) }
    }

    @Test("line ends of other systems become line feeds, and the last one goes")
    func lineEnds() throws {
        #expect(try render("a\r\n{% if true %}\r\nb\r{% endif %}\r\nc\r\n").isIdentical(to: "a\nb\nc"))
    }

    @Test("limits leave room for long conversations")
    func longConversation() throws {
        let messages = (0..<500).map { index in
            ChatMessage(
                role: index % 2 == 0 ? "user" : "assistant", content: [.text(String(repeating: "x", count: 500))])
        }
        let statements = try Parser.parse(Fixtures.text("qwen3_style.jinja"))
        let text = try Interpreter.render(statements, ["messages": .list(ValueList(messages.map(\.value)))])
        #expect(text.utf8.count > 250_000)
    }

    private static func constructs() throws -> [Case] { try Fixtures.decode([Case].self, "constructs.json") }
    private static func conversations() throws -> [Conversation] {
        try Fixtures.decode([Conversation].self, "conversations.json")
    }
}
