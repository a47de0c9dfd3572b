/// For reading: a heading a file, below it the tasks, a line a unit with its times. Units that wait are left out.
func writePlainText(_ archive: Archive, to file: OutputFile) throws {
    var isFirst = true
    try archive.forEachPath { path, rows in
        let rows = rows.filter { $0.status != .waiting }
        guard !rows.isEmpty else { return }
        try file.write((isFirst ? "" : "\n") + plainText(heading: printable(path.string), rows))
        isFirst = false
    }
}

private func plainText(heading: String, _ rows: [ExportRow]) -> String {
    var text = heading + "\n"
    for (task, rows) in Dictionary(grouping: rows, by: \.task).sorted(by: { $0.key < $1.key }) {
        text += "  \(printable(task))\n"
        for row in rows { text += plainText(row) }
    }
    return text
}

private func plainText(_ row: ExportRow) -> String {
    let times = row.end > row.start ? "\(Timecode(row.start).reading)-\(Timecode(row.end).reading)  " : ""
    let indentation = "    " + String(repeating: " ", count: times.count)
    var lines = subtitleLines(content(row))
    if !row.flags.isEmpty { lines[lines.count - 1] += "  [\(row.flags.joined(separator: ", "))]" }
    return "    " + times + lines.joined(separator: "\n" + indentation) + "\n"
}

private func content(_ row: ExportRow) -> String {
    switch row.status {
    case .failed, .skipped: "(\(row.status.rawValue): \(row.error ?? row.errorClass ?? "unexplained"))"
    case .done, .waiting: row.text.flatMap { subtitleLines($0).isEmpty ? nil : $0 } ?? "(no text)"
    }
}

/// A name on one line whatever bytes it has: control characters as \n, \u{7}, ...
private func printable(_ name: String) -> String {
    var text = ""
    for scalar in name.unicodeScalars {
        text += scalar.properties.generalCategory == .control ? scalar.escaped(asASCII: false) : String(scalar)
    }
    return text
}
