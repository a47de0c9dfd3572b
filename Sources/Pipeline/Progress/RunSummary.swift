import Archive
import SystemPackage

/// How a run ended.
public struct RunSummary: Sendable, Equatable {
    public var run: Int64
    /// The manifest as the user wrote it, and where its database lies.
    public var manifest: String
    public var database: FilePath
    /// Paths are shown as seen from here.
    public var base: FilePath
    /// Units that were worked on now; `counts` has the whole job's.
    public var worked: Int
    public var counts: UnitCounts
    public var interrupted: Bool
    public var seconds: Double
    /// The first units with a text, and the first with a flag, of those worked on.
    public var firstResults: [FinishedUnit]
    public var firstFlagged: [FinishedUnit]

    /// For standard error: how it went, where the results are, what to do next.
    public var closingLines: [String] {
        var lines: [String] = []
        if interrupted {
            let waiting = "\(counted(worked, "unit")) done now, \(grouped(counts.waiting)) left"
            lines.append("Stopped after \(lengthText(seconds)): \(waiting). What is done is kept.")
            lines.append("Go on with: nightreel run \(manifest)")
            return lines
        }
        if worked == 0 {
            var line = "Nothing to do: \(counted(counts.done, "unit")) done before"
            if counts.skipped > 0 { line += ", \(grouped(counts.skipped)) skipped" }
            lines.append("\(line), \(grouped(counts.failed)) failed.")
        } else {
            var line = "Done: \(counted(worked, "unit")) in \(lengthText(seconds)), \(grouped(counts.failed)) failed"
            if counts.skipped > 0 { line += ", \(grouped(counts.skipped)) skipped" }
            lines.append(line + flaggedText + ".")
        }
        lines.append("Database: \(displayPath(database))")
        let shown = displayPath(database)
        lines.append("Next: nightreel status \(shown) · nightreel export \(shown) --format srt")
        return lines
    }

    /// ", 1 flagged (silence.wav: silent)".
    private var flaggedText: String {
        guard counts.flagged > 0 else { return "" }
        var text = ", \(grouped(counts.flagged)) flagged"
        if let first = firstFlagged.first {
            let more = counts.flagged > 1 ? ", ..." : ""
            text += " (\(displayPath(first.path, from: base)): \(first.flags.joined(separator: ", "))\(more))"
        }
        return text
    }

    /// For standard output: file, time span or task, text; a few lines.
    public func resultLines(width: Int = 100) -> [String] {
        let names = firstResults.map { displayPath($0.path, from: base) }
        let column = min(32, names.map(\.count).max() ?? 0)
        return zip(firstResults, names).map { unit, name in
            let isSpeech = unit.taskKind == "transcribe"
            let place = isSpeech ? "\(mediaTime(unit.start))-\(mediaTime(unit.end))" : unit.task
            let text = printable(unit.text)
            let cut = text.count > width ? text.prefix(width - 4) + " ..." : text[...]
            return "  \(padded(name, to: column))  \(padded(place, to: 16))  \(cut)"
        }
    }

    private func padded(_ text: String, to width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
