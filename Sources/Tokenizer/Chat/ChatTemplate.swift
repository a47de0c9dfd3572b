import SystemPackage

/// The model's chat format: chat_template.json (Jinja) of the model directory.
///
/// Also read are chat_template.jinja and tokenizer_config.json; without any template the architecture's own ChatML is
/// used. A template that is there and cannot be interpreted is an error, never replaced.
public struct ChatTemplate: Sendable {
    private let path: String
    private let statements: [Statement]

    public init(directory: FilePath) throws(TokenizerError) {
        let file = try TemplateFile(directory: directory)
        path = file.path
        do {
            statements = try Parser.parse(file.text)
        } catch {
            throw TokenizerError(file: file.path, reason: error.oneLine)
        }
    }

    /// - Throws: what the template refuses (`raise_exception`), needs and does not get, or uses and is not supported,
    ///   with its line.
    public func render(_ messages: [ChatMessage], addGenerationPrompt: Bool = true) throws(TokenizerError) -> String {
        let variables: [String: Value] = [
            "messages": .list(ValueList(messages.map(\.value))),
            "add_generation_prompt": .boolean(addGenerationPrompt),
            // The reference passes these, as None, in every call.
            "tools": .none,
            "documents": .none,
        ]
        do {
            return try Interpreter.render(statements, variables)
        } catch {
            throw TokenizerError(file: path, reason: error.oneLine)
        }
    }
}

extension TemplateError {
    fileprivate var oneLine: String {
        "line \(line): " + reason.split(whereSeparator: \.isNewline).joined(separator: " ")
    }
}
