import Foundation

/// One object a line: keys in a fixed order, numbers in their shortest exact form, nothing that depends on when or where
/// it was computed. Waiting units are left out: they are no result.
func writeJSONLine(_ row: ExportRow, to file: OutputFile) throws {
    guard row.status != .waiting else { return }
    try file.write(jsonLine(row) + "\n")
}

func jsonLine(_ row: ExportRow) -> String {
    var object = JSONObject()
    object.add("path", String(decoding: row.path.bytes, as: UTF8.self))
    // Only where the text above lost something.
    if String(validating: row.path) == nil { object.add("path_bytes", row.path.bytes.base64EncodedString()) }
    if let id = row.itemID { object.add("id", id) }
    object.add("media", row.mediaHash)
    object.add("kind", row.kind)
    object.add("task", row.task)
    object.add("task_kind", row.taskKind)
    object.add("start", row.start)
    object.add("end", row.end)
    object.add("status", row.status.rawValue)
    object.add("text", row.text)
    object.add("error_class", row.errorClass)
    object.add("error", row.error)
    object.add("finish_reason", row.finishReason)
    object.add("confidence", row.confidence)
    object.add("flags", row.flags)
    object.add("model", row.modelFingerprint)
    return object.text
}

/// A JSON object (RFC 8259) on one line that keeps the order of its keys.
struct JSONObject {
    private var members = ""

    var text: String { "{\(members)}" }

    mutating func add(_ key: String, _ value: String?) { add(key, literal: value.map(quoted) ?? "null") }

    mutating func add(_ key: String, _ value: Double?) { add(key, literal: value.map { "\($0)" } ?? "null") }

    mutating func add(_ key: String, _ values: [String]) {
        add(key, literal: "[" + values.map(quoted).joined(separator: ",") + "]")
    }

    private mutating func add(_ key: String, literal: String) {
        if !members.isEmpty { members += "," }
        members += quoted(key) + ":" + literal
    }
}

/// Escapes what JSON demands, and what many readers take for the end of a line although JSON does not.
private func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\"": quoted += "\\\""
        case "\\": quoted += "\\\\"
        case "\n": quoted += "\\n"
        case "\r": quoted += "\\r"
        case "\t": quoted += "\\t"
        case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}":
            let digits = String(scalar.value, radix: 16)
            quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        default: quoted.unicodeScalars.append(scalar)
        }
    }
    return quoted + "\""
}
