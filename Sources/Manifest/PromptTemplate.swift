/// A prompt with `{variables}`; `{{` and `}}` stand for braces.
///
/// A brace that belongs to no pair is kept as it stands and reported in `mistake`, so that reading never fails and the
/// manifest's reader can refuse it.
struct PromptTemplate: Equatable {
    enum Piece: Equatable {
        case text(String)
        case variable(String)
    }

    private(set) var pieces: [Piece] = []
    /// The first thing wrong with the braces, for the user.
    private(set) var mistake: String?

    init(_ prompt: String) {
        var text = ""
        var rest = Substring(prompt)
        while let character = rest.popFirst() {
            switch character {
            case "{" where rest.first == "{", "}" where rest.first == "}":
                rest.removeFirst()
                text.append(character)
            case "{":
                guard let end = rest.firstIndex(where: { $0 == "}" || $0 == "{" }), rest[end] == "}" else {
                    note("has a { that is never closed; write {{ for a brace")
                    text.append(character)
                    continue
                }
                let name = String(rest[..<end])
                rest = rest[rest.index(after: end)...]
                guard Self.isName(name) else {
                    note("has {\(name)}, which names no variable; write {{ and }} for braces")
                    text += "{\(name)}"
                    continue
                }
                if !text.isEmpty { pieces.append(.text(text)) }
                text = ""
                pieces.append(.variable(name))
            case "}":
                note("has a } without a { before it; write }} for a brace")
                text.append(character)
            default:
                text.append(character)
            }
        }
        if !text.isEmpty { pieces.append(.text(text)) }
    }

    var variables: [String] {
        pieces.compactMap { if case .variable(let name) = $0 { name } else { nil } }
    }

    func rendered(_ variables: [String: String]) throws(MissingVariable) -> String {
        var result = ""
        for piece in pieces {
            switch piece {
            case .text(let text): result += text
            case .variable(let name):
                guard let value = variables[name] else { throw MissingVariable(name: name) }
                result += value
            }
        }
        return result
    }

    /// Column names may hold spaces, but not what makes JSON: a prompt that shows `{"a": 1}` forgot to double braces.
    private static func isName(_ name: String) -> Bool {
        !name.isEmpty && name.first != " " && name.last != " "
            && !name.contains { $0.isNewline || $0 == "\"" || $0 == ":" }
    }

    private mutating func note(_ words: String) {
        if mistake == nil { mistake = words }
    }
}

/// A prompt asks for a variable that the file's list entry does not have.
public struct MissingVariable: Error, Equatable, Sendable {
    public var name: String

    public init(name: String) {
        self.name = name
    }
}
