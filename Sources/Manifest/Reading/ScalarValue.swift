import Yams

/// What a scalar means in YAML 1.2 (and so in JSON). Where YAML 1.1 reads it otherwise, the two `legacy` cases let the
/// user be asked to write what cannot be misread.
enum ScalarValue: Equatable {
    case empty
    case flag(Bool)
    case number(Double)
    case text
    /// `yes`, `no`, `on`, `off`.
    case legacyFlag
    /// `0x1F`, `0o17`, `017`, `1_000`, `.inf`, `.nan`.
    case legacyNumber
    /// `!include`, ...
    case tagged(String)

    init(_ scalar: Node.Scalar) {
        let tag = scalar.tag.description
        if scalar.style != .plain || tag == Tag.Name.str.rawValue {
            self = .text
        } else if !tag.isEmpty, tag != Tag.Name.implicit.rawValue {
            self = .tagged(tag)
        } else {
            self = Self.plain(scalar.string)
        }
    }

    private static func plain(_ string: String) -> ScalarValue {
        switch string {
        case "", "~", "null", "Null", "NULL": return .empty
        case "true", "True", "TRUE": return .flag(true)
        case "false", "False", "FALSE": return .flag(false)
        case "yes", "Yes", "YES", "no", "No", "NO", "on", "On", "ON", "off", "Off", "OFF": return .legacyFlag
        default: break
        }
        guard let first = string.utf8.first, (0x30...0x39).contains(first) || "+-.".utf8.contains(first) else {
            return .text
        }
        if string.wholeMatch(of: /[-+]?((0|[1-9][0-9]*)(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?/) != nil {
            // Adding 0 makes -0 an ordinary 0.
            return Double(string.hasSuffix(".") ? String(string.dropLast()) : string).map { .number($0 + 0) } ?? .text
        }
        let isLegacy = string.wholeMatch(
            of: /[-+]?(0x[0-9a-fA-F_]+|0o?[0-7_]+|0[0-9]+(\.[0-9]*)?|[0-9]+(_[0-9]+)+|\.(inf|Inf|INF|nan|NaN|NAN))/)
        return isLegacy != nil ? .legacyNumber : .text
    }
}

extension Node {
    /// The node in the words of a message: "the number 1.0", "a list".
    var words: String {
        switch self {
        case .mapping: return "a mapping"
        case .sequence: return "a list"
        case .alias: return "an alias"
        case .scalar(let scalar):
            switch ScalarValue(scalar) {
            case .empty: return "empty"
            case .flag, .legacyFlag: return scalar.string
            case .number, .legacyNumber: return "the number \(scalar.string)"
            case .text: return "the text '\(scalar.string.clipped)'"
            case .tagged(let tag): return "a value with the tag \(tag)"
            }
        }
    }
}

extension String {
    /// On one line and short enough for a message.
    var clipped: String {
        let line = String(map { $0.isNewline ? " " : $0 })
        return line.count <= 60 ? line : line.prefix(57) + "..."
    }
}
