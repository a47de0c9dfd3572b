import SystemPackage

/// One live line on the terminal, redrawn at most ten times a second.
final class BarReporter: ProgressReporter {
    private let base: FilePath
    private var live = ProgressLine()

    init(base: String) {
        self.base = FilePath(base)
    }

    func planning(done: Int, total: Int) {
        live.show("looking at files: \(grouped(done))/\(grouped(total))")
    }

    func planned(_ overview: JobOverview) {
        live.end()
        for line in overview.lines { Terminal.printError(line) }
    }

    func unit(_ unit: FinishedUnit, progress: RunProgress) {
        if let line = problemLine(unit, base: base) {
            live.end()
            Terminal.printError(line)
        }
        step(progress)
    }

    func step(_ progress: RunProgress) {
        live.show(barLine(progress, width: Terminal.width))
    }

    func finished(_ summary: RunSummary) {
        live.end()
        Terminal.printError(summary.outcomeLine)
    }
}

/// "[=====>   ] 7/9  1:32 of media in 0:06  15x real time  412 tok/s  2 s left", as much of it as fits.
func barLine(_ progress: RunProgress, width: Int) -> String {
    var parts = ["\(grouped(progress.done))/\(grouped(progress.total))"]
    if progress.failed > 0 { parts.append("\(grouped(progress.failed)) failed") }
    parts += rateTexts(progress)
    if let left = progress.secondsLeft { parts.append("\(lengthText(left)) left") }
    let barWidth = 24
    let room = width - barWidth - 4
    // The time left is worth more than the rates.
    while parts.joined(separator: "  ").count > room, parts.count > 1 {
        parts.remove(at: parts.count > 2 ? parts.count - 2 : parts.count - 1)
    }
    let share = progress.total > 0 ? Double(progress.done) / Double(progress.total) : 1
    let filled = min(barWidth, Int(share * Double(barWidth)))
    var bar = String(repeating: "=", count: filled)
    if filled < barWidth { bar += ">" + String(repeating: " ", count: barWidth - filled - 1) }
    return "[\(bar)] " + parts.joined(separator: "  ")
}

/// "1:32 of media in 0:06", "15x real time", "412 tok/s".
func rateTexts(_ progress: RunProgress) -> [String] {
    var parts: [String] = []
    if progress.mediaSeconds > 0 {
        parts.append("\(clockTime(progress.mediaSeconds)) of media in \(clockTime(progress.elapsed))")
        parts.append("\(rateText(progress.mediaRate))x real time")
    }
    if progress.tokens > 0 { parts.append("\(grouped(Int(progress.tokenRate.rounded()))) tok/s") }
    return parts
}

private func rateText(_ rate: Double) -> String {
    rate < 10 ? "\((rate * 10).rounded() / 10)" : grouped(Int(rate.rounded()))
}

/// A line for a unit that failed or was skipped; nil for one that is done.
func problemLine(_ unit: FinishedUnit, base: FilePath) -> String? {
    guard unit.status == .failed || unit.status == .skipped else { return nil }
    let place = unit.end > 0 ? " \(mediaTime(unit.start))-\(mediaTime(unit.end))" : ""
    let what = "\(unit.task) \(unit.status.rawValue)"
    return "\(displayPath(unit.path, from: base))\(place): \(what): \(printable(unit.text))"
}
