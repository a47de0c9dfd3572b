/// Lines of a text as subtitles can carry them: a blank line would end the cue, control characters have no place.
func subtitleLines(_ text: String) -> [String] {
    text.split(whereSeparator: \.isNewline).map { line in
        line.split(whereSeparator: isBlank).joined(separator: " ")
    }.filter { !$0.isEmpty }
}

/// Breaks a line at spaces so that each part has at most `width` characters; a longer word stays whole.
func wrapped(_ line: String, width: Int) -> [String] {
    var lines: [String] = []
    var current = ""
    for word in line.split(separator: " ") {
        if current.isEmpty {
            current = String(word)
        } else if current.count + 1 + word.count <= width {
            current += " " + word
        } else {
            lines.append(current)
            current = String(word)
        }
    }
    if !current.isEmpty { lines.append(current) }
    return lines
}

private func isBlank(_ character: Character) -> Bool {
    character.isWhitespace || character.unicodeScalars.allSatisfy { $0.properties.generalCategory == .control }
}
