/// A line of text on the media's clock.
struct Cue: Equatable {
    var start: Timecode
    var end: Timecode
    var lines: [String]
}

/// Finished units with a time span and a text, by task. One cue a unit, its lines wrapped at 80 characters.
func subtitleCues(_ rows: [ExportRow]) -> [String: [Cue]] {
    var cues: [String: [Cue]] = [:]
    for row in rows where row.status == .done && row.kind != "image" && row.end > row.start {
        let lines = subtitleLines(row.text ?? "").flatMap { wrapped($0, width: 80) }
        guard !lines.isEmpty else { continue }
        cues[row.task, default: []].append(Cue(start: Timecode(row.start), end: Timecode(row.end), lines: lines))
    }
    return cues
}

/// How cues become a file.
protocol SubtitleFormat {
    func text(of cues: [Cue]) -> String
}

/// SubRip: numbered cues with a blank line after each. Has no specification; "-->" in a text confuses many readers.
struct SubRip: SubtitleFormat {
    func text(of cues: [Cue]) -> String {
        cues.enumerated().map { index, cue in
            let lines = cue.lines.map { $0.replacing("-->", with: "->") }
            return "\(index + 1)\n\(cue.start.subRip) --> \(cue.end.subRip)\n\(lines.joined(separator: "\n"))\n"
        }.joined(separator: "\n")
    }
}

/// WebVTT (W3C): header, then cues; in a text "&", "<" and ">" are escaped, and with it "-->", which may not occur.
struct WebVTT: SubtitleFormat {
    func text(of cues: [Cue]) -> String {
        cues.reduce(into: "WEBVTT\n") { text, cue in
            let lines = cue.lines.map(escaped)
            text += "\n\(cue.start.webVTT) --> \(cue.end.webVTT)\n\(lines.joined(separator: "\n"))\n"
        }
    }

    private func escaped(_ line: String) -> String {
        line.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }
}
