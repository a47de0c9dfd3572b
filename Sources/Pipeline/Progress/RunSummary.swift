import Archive
import SystemPackage

/// How a run ended.
public struct RunSummary: Sendable, Equatable {
    public var run: Int64
    /// The manifest as the user wrote it.
    public var manifest: String
    /// As the user may write it from the working directory.
    public var database: FilePath
    /// Paths are shown as seen from here.
    public var base: FilePath
    /// Units that were worked on now; `counts` has the whole job's.
    public var worked: Int
    public var counts: UnitCounts
    public var interrupted: Bool
    /// Every file was looked at and all units are in the database.
    public var isPlanned: Bool
    public var seconds: Double
    /// The first units with a text, and the first with a flag, of those worked on.
    public var firstResults: [FinishedUnit]
    public var firstFlagged: [FinishedUnit]

    /// "Done: 9 units in 8 s, 0 failed, 1 flagged (silence.wav: silent)."
    public var outcomeLine: String {
        if !isPlanned { return "Stopped after \(lengthText(seconds)), before all files were looked at." }
        if interrupted {
            let waiting = "\(counted(worked, "unit")) done now, \(grouped(counts.waiting)) left"
            return "Stopped after \(lengthText(seconds)): \(waiting). What is done is kept."
        }
        let others = counts.skipped > 0 ? ", \(grouped(counts.skipped)) skipped" : ""
        let failed = "\(grouped(counts.failed)) failed\(others)"
        if worked == 0 { return "Nothing to do: \(counted(counts.done, "unit")) done before, \(failed)." }
        return "Done: \(counted(worked, "unit")) in \(lengthText(seconds)), \(failed)\(flaggedText)."
    }

    /// Where the results are and what to do next.
    public var nextLines: [String] {
        if interrupted { return ["Go on with: nightreel run \(shellWord(manifest))"] }
        let shown = shellWord(displayPath(database))
        return [
            "Database: \(displayPath(database))",
            "Next: nightreel status \(shown) · nightreel export \(shown) --format jsonl",
        ]
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
        let results = firstResults.sorted { ($0.path.string, $0.start, $0.task) < ($1.path.string, $1.start, $1.task) }
        let names = results.map { displayPath($0.path, from: base) }
        let column = min(40, names.map(\.count).max() ?? 0)
        var lines = zip(results, names).map { unit, name in
            let isSpeech = unit.taskKind == "transcribe"
            let place = isSpeech ? "\(mediaTime(unit.start))-\(mediaTime(unit.end))" : unit.task
            let text = printable(unit.text)
            let cut = text.count > width ? text.prefix(width - 4) + " ..." : text[...]
            return "  \(padded(name, to: column))  \(padded(place, to: 16))  \(cut)"
        }
        if worked > results.count, !results.isEmpty {
            lines.append("  ... and \(grouped(worked - results.count)) more")
        }
        return lines
    }

    private func padded(_ text: String, to width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
