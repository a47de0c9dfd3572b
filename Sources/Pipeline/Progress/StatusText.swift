import Archive
import SystemPackage

extension StatusReport {
    /// For the terminal: how far the newest run is, what failed and why, what to do next.
    public var lines: [String] {
        var lines = ["Run \(run)  \(printable(manifest))  \(period), \(outcomeText)"]
        lines.append("  model   \(printable(model))")
        lines.append("  media   \(grouped(mediaSeen)) seen")
        var units = "  units   \(grouped(counts.done)) done, \(grouped(counts.failed)) failed"
        units += ", \(grouped(counts.skipped)) skipped, \(grouped(counts.waiting)) waiting"
        if counts.waiting > 0 { units += " (\(clockTime(counts.waitingSeconds)) of media)" }
        lines.append(units)
        lines += problemLines
        if !flags.isEmpty {
            let each = flags.sorted { $0.key < $1.key }.map { "\($0.key) \(grouped($0.value))" }
            lines.append("  flagged \(grouped(counts.flagged)): \(each.joined(separator: ", "))")
        }
        if promptTokens > 0 { lines.append("  speed   \(speedText)") }
        if counts.waiting > 0, !isRunning {
            lines.append("Go on with: nightreel run \(shellWord(manifest))")
        }
        return lines
    }

    /// "21:14:00 of media in 7 h 58 min (2.7x real time), 13,784 tokens read, 1,310 written".
    private var speedText: String {
        let tokens = "\(grouped(promptTokens)) tokens read, \(grouped(newTokens)) written"
        guard let elapsedSeconds else { return tokens }
        let time = "in \(lengthText(elapsedSeconds))"
        guard mediaSeconds > 0 else { return "\(tokens) \(time)" }
        let ratio = (mediaSeconds / max(1, elapsedSeconds) * 10).rounded() / 10
        return "\(clockTime(mediaSeconds)) of media \(time) (\(ratio)x real time), \(tokens)"
    }

    /// "2026-11-20 22:00:03 - 2026-11-21 06:00:01 UTC".
    private var period: String {
        let start = readable(startedAt)
        return finishedAt.map { "\(start) - \(readable($0)) UTC" } ?? "since \(start) UTC"
    }

    private func readable(_ time: String) -> String {
        String(time.map { $0 == "T" ? " " : $0 }.filter { $0 != "Z" })
    }

    private var outcomeText: String {
        switch outcome {
        case "running": "running"
        case "finished": "finished"
        case "interrupted": "stopped early"
        case "killed": "ended without a word (killed, or the machine went down)"
        default: outcome
        }
    }

    private var problemLines: [String] {
        let names = problems.map { displayPath(shortestPath($0.path)) }
        let column = min(40, names.map(\.count).max() ?? 0)
        var lines = zip(problems, names).enumerated().map { index, pair in
            let (problem, name) = pair
            let head = index == 0 ? "  failed  " : "          "
            let padding = String(repeating: " ", count: max(0, column - name.count))
            let place = problem.start > 0 ? " at \(mediaTime(problem.start))" : ""
            let retry = problem.willRetry ? "will be tried again" : "will not be tried again"
            let text = "\(problem.task)\(place): \(printable(problem.error))"
            return "\(head)\(name)\(padding)  \(text) (\(problem.errorClass), \(retry))"
        }
        if counts.failed > problems.count {
            let more = grouped(counts.failed - problems.count)
            lines.append("          and \(more) more: nightreel export --format jsonl has them all")
        }
        return lines
    }
}
