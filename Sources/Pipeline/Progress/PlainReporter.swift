import SystemPackage

/// Lines for a log: one every half minute and one for each unit that failed.
final class PlainReporter: ProgressReporter {
    private let base: FilePath
    private var throttle = Throttle(every: .seconds(30))

    init(base: String) {
        self.base = FilePath(base)
        _ = throttle.isDue()
    }

    func planning(done: Int, total: Int) {
        if throttle.isDue() { Terminal.printError("looking at files: \(grouped(done))/\(grouped(total))") }
    }

    func planned(_ overview: JobOverview) {
        for line in overview.lines { Terminal.printError(line) }
    }

    func unit(_ unit: FinishedUnit, progress: RunProgress) {
        if let line = problemLine(unit, base: base) { Terminal.printError(line) }
        step(progress)
    }

    func step(_ progress: RunProgress) {
        if throttle.isDue() { Terminal.printError(plainLine(progress)) }
    }

    func finished(_ summary: RunSummary) {
        Terminal.printError(summary.outcomeLine)
    }
}

/// "7/9 units, 1 failed, 1:32 of media in 0:06, 15x real time, 412 tok/s, 2 s left".
func plainLine(_ progress: RunProgress) -> String {
    var parts = ["\(grouped(progress.done))/\(grouped(progress.total)) units"]
    if progress.failed > 0 { parts.append("\(grouped(progress.failed)) failed") }
    parts += rateTexts(progress)
    if let left = progress.secondsLeft { parts.append("\(lengthText(left)) left") }
    return parts.joined(separator: ", ")
}
