/// How values are written: Python's `str` and `repr`.
extension Value {
    /// What `{{ value }}` prints.
    var text: String {
        switch self {
        case .undefined: ""
        case .string(let value): value
        default: representation
        }
    }

    private var representation: String {
        switch self {
        case .undefined: "Undefined"
        case .none: "None"
        case .boolean(let value): value ? "True" : "False"
        case .integer(let value): "\(value)"
        case .float(let value): "\(value)"
        case .string(let value): Self.quoted(value)
        case .list(let list): "[" + list.items.map(\.representation).joined(separator: ", ") + "]"
        case .dictionary(let dictionary):
            "{"
                + dictionary.entries.map { $0.key.representation + ": " + $0.value.representation }
                .joined(separator: ", ") + "}"
        case .namespace: "<Namespace>"
        case .loop(let state): "<LoopContext \(state.index + 1)/\(state.items.count)>"
        case .function: "<function>"
        }
    }

    private static func quoted(_ text: String) -> String {
        let quote: Unicode.Scalar = text.containsText("'") && !text.containsText("\"") ? "\"" : "'"
        var result = String.UnicodeScalarView([quote])
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n": result.append(contentsOf: "\\n".unicodeScalars)
            case "\r": result.append(contentsOf: "\\r".unicodeScalars)
            case "\t": result.append(contentsOf: "\\t".unicodeScalars)
            case quote, "\\": result.append(contentsOf: ["\\", scalar])
            case "\u{0}"..<" ", "\u{7F}":
                result.append(contentsOf: ("\\x" + hexadecimal(scalar.value, digits: 2)).unicodeScalars)
            default: result.append(scalar)
            }
        }
        result.append(quote)
        return String(result)
    }
}

func hexadecimal(_ value: UInt32, digits: Int) -> String {
    let text = String(value, radix: 16)
    return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
}
