import Foundation
import Yams

@testable import Manifest

/// JSON data, as a schema sees a manifest.
enum JSONValue: Equatable {
    case null
    case flag(Bool)
    case number(Double)
    case text(String)
    case array([JSONValue])
    case object([String: JSONValue])

    /// YAML in its 1.2 reading.
    init(_ node: Node) {
        switch node {
        case .mapping(let mapping):
            self = .object(
                Dictionary(mapping.map { ($0.key.string ?? "", JSONValue($0.value)) }, uniquingKeysWith: { $1 }))
        case .sequence(let sequence): self = .array(sequence.map(JSONValue.init))
        case .alias: self = .null
        case .scalar(let scalar):
            switch ScalarValue(scalar) {
            case .empty: self = .null
            case .flag(let flag): self = .flag(flag)
            case .number(let number): self = .number(number)
            case .text, .legacyFlag, .legacyNumber, .tagged: self = .text(scalar.string)
            }
        }
    }

    init(json: Data) throws {
        self.init(any: try JSONSerialization.jsonObject(with: json))
    }

    private init(any: Any) {
        switch any {
        case let object as [String: Any]: self = .object(object.mapValues(JSONValue.init(any:)))
        case let array as [Any]: self = .array(array.map(JSONValue.init(any:)))
        case let text as String: self = .text(text)
        case let number as NSNumber:
            self = isBoolean(number) ? .flag(number.boolValue) : .number(number.doubleValue)
        default: self = .null
        }
    }

    var object: [String: JSONValue]? { if case .object(let object) = self { object } else { nil } }
    var array: [JSONValue]? { if case .array(let array) = self { array } else { nil } }
    var text: String? { if case .text(let text) = self { text } else { nil } }
    var number: Double? { if case .number(let number) = self { number } else { nil } }

    /// As compact JSON.
    var json: String {
        switch self {
        case .null: "null"
        case .flag(let flag): "\(flag)"
        case .number(let number): number.plain
        case .text(let text): String(decoding: (try? JSONEncoder().encode(text)) ?? Data(), as: UTF8.self)
        case .array(let array): "[" + array.map(\.json).joined(separator: ",") + "]"
        case .object(let object):
            "{" + object.map { JSONValue.text($0).json + ":" + $1.json }.joined(separator: ",") + "}"
        }
    }
}

/// Foundation tells JSON's booleans from numbers only by their Objective-C type.
private func isBoolean(_ number: NSNumber) -> Bool {
    String(cString: number.objCType) == "c"
}

/// Just the keywords of JSON Schema 2020-12 that `Schemas/job.schema.json` uses; any other is an error.
struct JSONSchema {
    struct UnknownKeyword: Error { var name: String }

    let root: JSONValue

    func accepts(_ value: JSONValue) throws -> Bool {
        try accepts(value, root)
    }

    private func accepts(_ value: JSONValue, _ schema: JSONValue) throws -> Bool {
        if case .flag(let flag) = schema { return flag }
        let keywords = schema.object ?? [:]
        for (name, argument) in keywords where try !accepts(value, name, argument, keywords) { return false }
        return true
    }

    private func accepts(
        _ value: JSONValue, _ keyword: String, _ argument: JSONValue, _ schema: [String: JSONValue]
    ) throws -> Bool {
        switch keyword {
        case "$schema", "$defs", "title", "description", "then": return true
        case "$ref":
            let name = String(argument.text?.dropFirst("#/$defs/".count) ?? "")
            return try accepts(value, root.object?["$defs"]?.object?[name] ?? .flag(false))
        case "type": return hasType(value, argument.text ?? "")
        case "enum": return argument.array?.contains(value) ?? false
        case "const": return value == argument
        case "anyOf": return try argument.array?.contains { try accepts(value, $0) } ?? false
        case "allOf": return try argument.array?.allSatisfy { try accepts(value, $0) } ?? false
        case "not": return try !accepts(value, argument)
        case "if": return try !accepts(value, argument) || accepts(value, schema["then"] ?? .flag(true))
        case "minimum", "exclusiveMinimum", "maximum", "multipleOf":
            guard let number = value.number, let bound = argument.number else { return true }
            switch keyword {
            case "minimum": return number >= bound
            case "exclusiveMinimum": return number > bound
            case "maximum": return number <= bound
            default: return number.truncatingRemainder(dividingBy: bound) == 0
            }
        case "minLength": return value.text.map { $0.unicodeScalars.count >= Int(argument.number ?? 0) } ?? true
        case "pattern":
            guard let text = value.text else { return true }
            return text.contains(try Regex(argument.text ?? ""))
        case "items": return try value.array?.allSatisfy { try accepts($0, argument) } ?? true
        case "contains": return try value.array?.contains { try accepts($0, argument) } ?? true
        case "minItems": return value.array.map { $0.count >= Int(argument.number ?? 0) } ?? true
        case "uniqueItems":
            return value.array.map { items in items.allSatisfy { x in items.count { $0 == x } == 1 } } ?? true
        case "required":
            guard let object = value.object else { return true }
            return argument.array?.allSatisfy { object[$0.text ?? ""] != nil } ?? false
        case "properties":
            return try (value.object ?? [:]).allSatisfy { try accepts($1, argument.object?[$0] ?? .flag(true)) }
        case "additionalProperties":
            let known = schema["properties"]?.object ?? [:]
            return try (value.object ?? [:]).allSatisfy { try known[$0] != nil || accepts($1, argument) }
        default: throw UnknownKeyword(name: keyword)
        }
    }

    private func hasType(_ value: JSONValue, _ type: String) -> Bool {
        switch (type, value) {
        case ("object", .object), ("array", .array), ("string", .text), ("boolean", .flag), ("number", .number): true
        case ("integer", .number(let number)): number == number.rounded()
        default: false
        }
    }
}
