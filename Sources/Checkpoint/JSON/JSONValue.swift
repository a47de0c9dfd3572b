/// A JSON document as it is written: members keep their order and numbers their spelling, so that a configuration
/// can be written again with one member more and nothing else changed.
enum JSONValue: Equatable {
    case null
    case bool(Bool)
    case number(String)
    case string(String)
    case array([JSONValue])
    case object([Member])

    struct Member: Equatable {
        var key: String
        var value: JSONValue
    }

    /// The first member of that name; nil too where this is no object.
    subscript(key: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.key == key }?.value
    }

    init(parsing text: some Collection<UInt8>) throws(JSONError) {
        self = try Array(text).withUnsafeBufferPointer { (bytes) throws(JSONError) in
            var scanner = JSONScanner(UnsafeRawBufferPointer(bytes))
            let value = try JSONValue(from: &scanner)
            try scanner.end()
            return value
        }
    }

    init(from scanner: inout JSONScanner, depth: Int = 0) throws(JSONError) {
        guard depth < JSONScanner.maximumDepth else { throw scanner.failure("nested too deeply") }
        switch scanner.peek() {
        case UInt8(ascii: "{"):
            var members: [Member] = []
            var keys: Set<String> = []
            try scanner.object { (scanner, key) throws(JSONError) in
                guard keys.insert(key).inserted else {
                    throw scanner.failure("\"\(printable(key))\" stands twice in one object")
                }
                members.append(Member(key: key, value: try JSONValue(from: &scanner, depth: depth + 1)))
            }
            self = .object(members)
        case UInt8(ascii: "["):
            var elements: [JSONValue] = []
            try scanner.array { (scanner) throws(JSONError) in
                elements.append(try JSONValue(from: &scanner, depth: depth + 1))
            }
            self = .array(elements)
        case UInt8(ascii: "\""): self = .string(try scanner.string())
        case UInt8(ascii: "t"):
            try scanner.literal("true")
            self = .bool(true)
        case UInt8(ascii: "f"):
            try scanner.literal("false")
            self = .bool(false)
        case UInt8(ascii: "n"):
            try scanner.literal("null")
            self = .null
        default: self = .number(try scanner.number())
        }
    }

    /// The document with two spaces a level.
    func text(indent: Int = 0) -> String {
        let margin = String(repeating: " ", count: indent + 2)
        let closing = "\n" + String(repeating: " ", count: indent)
        switch self {
        case .null: return "null"
        case .bool(let value): return value ? "true" : "false"
        case .number(let spelling): return spelling
        case .string(let value): return JSONValue.quoted(value)
        case .array(let elements) where elements.isEmpty: return "[]"
        case .array(let elements):
            return "[\n" + elements.map { margin + $0.text(indent: indent + 2) }.joined(separator: ",\n") + closing
                + "]"
        case .object(let members) where members.isEmpty: return "{}"
        case .object(let members):
            let lines = members.map { "\(margin)\(JSONValue.quoted($0.key)): \($0.value.text(indent: indent + 2))" }
            return "{\n" + lines.joined(separator: ",\n") + closing + "}"
        }
    }

    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\u{0}"..<"\u{20}":
                let hex = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral
{
    init(stringLiteral value: String) { self = .string(value) }
    init(integerLiteral value: Int) { self = .number(String(value)) }
    init(booleanLiteral value: Bool) { self = .bool(value) }
    init(dictionaryLiteral members: (String, JSONValue)...) {
        self = .object(members.map { Member(key: $0.0, value: $0.1) })
    }
    init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
}
