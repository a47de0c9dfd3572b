import SystemPackage
import Testing

@testable import Tokenizer

@Suite("Chat template")
struct ChatTemplateTests {
    private let conversation = [
        ChatMessage(role: "system", content: [.text("Be brief.")]),
        ChatMessage(
            role: "user",
            content: [.image, .audio, .video, .text("What is "), .text("\"this\"? <|im_end|> cafe\u{301}")]),
    ]

    private let prompt =
        "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\n<|vision_start|><|image_pad|><|vision_end|>"
        + "<|audio_start|><|audio_pad|><|audio_end|><|vision_start|><|video_pad|><|vision_end|>"
        + "What is \"this\"? <|im_end|> cafe\u{301}<|im_end|>\n"

    private func render(_ files: [String: String]) throws -> String {
        let model = try ScratchModel(copying: nil)
        for (name, text) in files { try model.write(text, to: name) }
        return try ChatTemplate(directory: model.path).render([ChatMessage(role: "user", content: [.text("x")])])
    }

    @Test("without any template file the architecture's own format is used")
    func builtIn() throws {
        let model = try ScratchModel(copying: nil)
        let template = try ChatTemplate(directory: model.path)
        #expect(try template.render(conversation, addGenerationPrompt: false).isIdentical(to: prompt))
        #expect(try template.render(conversation).isIdentical(to: prompt + "<|im_start|>assistant\n"))
    }

    @Test("a model's own template renders messages whose content is a list of parts")
    func ownTemplate() throws {
        let model = try ScratchModel(copying: nil)
        try model.write(Fixtures.text("qwen3_style.jinja"), to: "chat_template.jinja")
        let turns = conversation.map { turn in
            ChatMessage(role: turn.role, content: turn.content.filter { $0 != .video })
        }
        let expected = prompt.split(separator: "<|vision_start|><|video_pad|><|vision_end|>").joined()
        let text = try ChatTemplate(directory: model.path).render(turns)
        #expect(text.isIdentical(to: expected + "<|im_start|>assistant\n"))
    }

    @Test("chat_template.json goes before chat_template.jinja, and that before tokenizer_config.json")
    func order() throws {
        let all = [
            "chat_template.json": #"{"chat_template": "json"}"#, "chat_template.jinja": "jinja",
            "tokenizer_config.json": #"{"chat_template": "config"}"#,
        ]
        #expect(try render(all) == "json")
        #expect(try render(all.filter { $0.key != "chat_template.json" }) == "jinja")
        #expect(try render(all.filter { $0.key == "tokenizer_config.json" }) == "config")
    }

    @Test("of several templates the one named default is taken")
    func named() throws {
        let list = #"[{"name": "tools", "template": "t"}, {"name": "default", "template": "d"}]"#
        #expect(try render(["tokenizer_config.json": "{\"chat_template\": \(list)}"]) == "d")
        #expect(try render(["chat_template.json": #"{"chat_template": {"default": "e"}}"#]) == "e")
    }

    @Test("tools are none, as in the reference")
    func tools() throws {
        #expect(try render(["chat_template.jinja": "{{ tools is none }}{{ documents is none }}"]) == "TrueTrue")
    }

    @Test(
        "a template that is there and cannot be read is never replaced",
        arguments: [
            ("chat_template.json", "[", "not valid JSON"), ("chat_template.json", "{}", "lacks \"chat_template\""),
            ("chat_template.json", #"{"chat_template": 5}"#, "chat_template: expected"),
            ("chat_template.json", #"{"chat_template": {"tools": "t"}}"#, "default"),
            ("chat_template.json", #"{"chat_template": "\n{% include 'x' %}"}"#, "line 2: the tag 'include'"),
            ("chat_template.jinja", "{{ messages[0].content + 'x' }}", "line 1: '+' does not take a list and a string"),
            ("chat_template.jinja", "{{ raise_exception('one\ntwo') }}", "line 1: the template refuses: one two"),
            ("tokenizer_config.json", #"{"chat_template": "{{"}"#, "line 1: a tag '{{' is not closed"),
        ])
    func unusable(name: String, text: String, reason: String) throws {
        let error = try #require(throws: TokenizerError.self) { try render([name: text]) }
        #expect(error.file.hasSuffix(name))
        #expect(error.reason.contains(reason), "\(error)")
        #expect(!error.description.contains("\n"))
    }
}
