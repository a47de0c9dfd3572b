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

extension ChatMessage {
    /// The form that templates get: content always as a list of parts, as the reference's processor passes it on.
    var value: Value {
        .dictionary(ValueDictionary([("role", .string(role)), ("content", .list(ValueList(content.map(\.value))))]))
    }
}

extension ChatMessage.Part {
    fileprivate var value: Value {
        switch self {
        case .text(let text): .dictionary(ValueDictionary([("type", .string("text")), ("text", .string(text))]))
        case .image: .dictionary(ValueDictionary([("type", .string("image"))]))
        case .audio: .dictionary(ValueDictionary([("type", .string("audio"))]))
        case .video: .dictionary(ValueDictionary([("type", .string("video"))]))
        }
    }
}
