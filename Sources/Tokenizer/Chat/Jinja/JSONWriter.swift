/// The filter `tojson` as Hugging Face defines it: Python's `json.dumps`, by default without escaping non-ASCII text.
struct JSONWriter {
    var indent: Int?
    var escapesNonASCII = false
    var sortsKeys = false
    var itemSeparator: String
    var keySeparator = ": "

    init(indent: Int?) {
        self.indent = indent
        itemSeparator = indent == nil ? ", " : ","
    }

    /// - Throws: a reason if the value has no JSON form.
    func write(_ value: Value, depth: Int = 0) throws(Refusal) -> String {
        switch value {
        case .none: return "null"
        case .boolean(let value): return value ? "true" : "false"
        case .integer(let value): return "\(value)"
        case .float(let value):
            return value.isNaN ? "NaN" : value.isInfinite ? (value > 0 ? "Infinity" : "-Infinity") : "\(value)"
        case .string(let text): return quoted(text)
        case .list(let list):
            var parts: [String] = []
            for item in list.items { parts.append(try write(item, depth: depth + 1)) }
            return enclose(parts, "[", "]", depth)
        case .dictionary(let dictionary):
            var entries: [(key: String, value: Value)] = []
            for entry in dictionary.entries {
                if case .string(let key) = entry.key {
                    entries.append((key, entry.value))
                } else {
                    entries.append((try write(entry.key), entry.value))
                }
            }
            if sortsKeys { entries.sort { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) } }
            var parts: [String] = []
            for entry in entries {
                parts.append(quoted(entry.key) + keySeparator + (try write(entry.value, depth: depth + 1)))
            }
            return enclose(parts, "{", "}", depth)
        case .undefined(let what): throw Refusal("tojson: \(what) is undefined")
        default: throw Refusal("tojson: a \(value.typeName) has no JSON form")
        }
    }

    private func enclose(_ parts: [String], _ open: String, _ close: String, _ depth: Int) -> String {
        guard let indent, !parts.isEmpty else { return open + parts.joined(separator: itemSeparator) + close }
        func lineBreak(_ depth: Int) -> String { "\n" + String(repeating: " ", count: indent * depth) }
        return open + lineBreak(depth + 1) + parts.joined(separator: itemSeparator + lineBreak(depth + 1))
            + lineBreak(depth) + close
    }

    private func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case "\u{8}": result += "\\b"
            case "\u{C}": result += "\\f"
            case "\u{0}"..<" ": result += "\\u" + hexadecimal(scalar.value, digits: 4)
            default:
                if escapesNonASCII, !scalar.isASCII {
                    for unit in UTF16.encode(scalar) ?? .init() {
                        result += "\\u" + hexadecimal(UInt32(unit), digits: 4)
                    }
                } else {
                    result.unicodeScalars.append(scalar)
                }
            }
        }
        return result + "\""
    }
}
