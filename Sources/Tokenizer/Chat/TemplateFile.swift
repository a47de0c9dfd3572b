import SystemPackage

/// The chat template of a model directory and the file it stands in.
///
/// The first of: chat_template.json, chat_template.jinja, `chat_template` in tokenizer_config.json. A directory with
/// none of them gets the architecture's own format.
struct TemplateFile {
    var path: String
    var text: String

    init(directory: FilePath) throws(TokenizerError) {
        let json = ModelFile(directory, "chat_template.json")
        let jinja = ModelFile(directory, "chat_template.jinja")
        let config = ModelFile(directory, "tokenizer_config.json")
        if json.exists {
            guard let text = try json.decode(Holder.self).template?.text else {
                throw json.error("lacks \"chat_template\", a template or one named \"default\"")
            }
            self.init(path: json.path.string, text: text)
        } else if jinja.exists {
            self.init(path: jinja.path.string, text: try jinja.readText())
        } else if config.exists, let named = try config.decode(Holder.self).template {
            guard let text = named.text else { throw config.error("\"chat_template\" has none named \"default\"") }
            self.init(path: config.path.string, text: text)
        } else {
            self.init(path: "the built-in chat template", text: Self.chatML)
        }
    }

    private init(path: String, text: String) {
        self.path = path
        self.text = text
    }

    /// Qwen3-Omni's ChatML: media placeholders and text in order; no default system prompt.
    private static let chatML = """
        {%- for message in messages -%}
            {{- '<|im_start|>' + message.role + '\\n' -}}
            {%- for part in message.content -%}
                {%- if part.type == 'image' -%}<|vision_start|><|image_pad|><|vision_end|>
                {%- elif part.type == 'audio' -%}<|audio_start|><|audio_pad|><|audio_end|>
                {%- elif part.type == 'video' -%}<|vision_start|><|video_pad|><|vision_end|>
                {%- else -%}{{- part.text -}}
                {%- endif -%}
            {%- endfor -%}
            {{- '<|im_end|>\\n' -}}
        {%- endfor -%}
        {%- if add_generation_prompt -%}{{- '<|im_start|>assistant\\n' -}}{%- endif -%}
        """
}

extension TemplateFile {
    private struct Holder: Decodable {
        var template: Named?

        enum CodingKeys: String, CodingKey {
            case template = "chat_template"
        }
    }

    /// One template, or several by name, of which "default" is taken.
    private enum Named: Decodable {
        struct Entry: Decodable {
            var name: String
            var template: String
        }

        case one(String)
        case several([String: String])

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let text = try? container.decode(String.self) {
                self = .one(text)
            } else if let entries = try? container.decode([Entry].self) {
                self = .several(Dictionary(entries.map { ($0.name, $0.template) }) { $1 })
            } else {
                self = .several(try container.decode([String: String].self))
            }
        }

        var text: String? {
            switch self {
            case .one(let text): text
            case .several(let templates): templates["default"]
            }
        }
    }
}
