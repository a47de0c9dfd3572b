// CONTRACT FILE: to be split by the implementer, one idea a file; folders BPE/, Chat/.
import SystemPackage

/// A tokenizer or template file that cannot be used: which file, what, what to do. One line.
public struct TokenizerError: Error, Equatable, Sendable, CustomStringConvertible {
    public var file: String
    public var reason: String
    public var description: String { "\(file): \(reason)" }
    public init(file: String, reason: String) {
        self.file = file
        self.reason = reason
    }
}

/// Qwen2 byte-level BPE: NFC, the Qwen2 split pattern, merges, added tokens.
public struct Tokenizer: Sendable {
    /// Reads vocab.json, merges.txt and tokenizer_config.json of a model directory (Hugging Face layout).
    public init(directory: FilePath) throws(TokenizerError) { fatalError("contract") }
    /// `parsingAddedTokens: false` treats "<|im_end|>" in a user's text as plain characters.
    public func encode(_ text: String, parsingAddedTokens: Bool = true) -> [Int] { fatalError("contract") }
    /// Invalid UTF-8 becomes U+FFFD, as the reference's `errors: replace`.
    public func decode(_ ids: [Int], skippingSpecialTokens: Bool = false) -> String { fatalError("contract") }
    /// Id of an added or vocabulary token by its content.
    public func id(of token: String) -> Int? { fatalError("contract") }
    public func isSpecial(_ id: Int) -> Bool { fatalError("contract") }
    public var vocabularySize: Int { fatalError("contract") }
}

/// Text of tokens as they arrive; never half a UTF-8 character.
public struct StreamingDecoder: Sendable {
    public init(_ tokenizer: Tokenizer, skippingSpecialTokens: Bool = true) { fatalError("contract") }
    public mutating func append(_ id: Int) -> String { fatalError("contract") }
    public mutating func finish() -> String { fatalError("contract") }
}

/// One turn of a conversation; content parts are concatenated without separators.
public struct ChatMessage: Sendable, Equatable {
    public enum Part: Sendable, Equatable {
        case text(String)
        case image, audio, video
    }
    public var role: String
    public var content: [Part]
    public init(role: String, content: [Part]) {
        self.role = role
        self.content = content
    }
}

/// The model's chat format: chat_template.json (Jinja) of the model directory.
public struct ChatTemplate: Sendable {
    public init(directory: FilePath) throws(TokenizerError) { fatalError("contract") }
    public func render(_ messages: [ChatMessage], addGenerationPrompt: Bool = true) throws(TokenizerError) -> String { fatalError("contract") }
}
