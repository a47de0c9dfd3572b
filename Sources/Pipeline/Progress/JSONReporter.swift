import Foundation

/// One JSON object a line, for programs that watch a run.
///
/// `event` is planning, planned, unit, progress (at most once a second) or finished.
final class JSONReporter: ProgressReporter {
    private var throttle = Throttle(every: .seconds(1))

    func planning(done: Int, total: Int) {
        struct Planning: Encodable {
            var event = "planning"
            var done: Int
            var total: Int
        }
        if throttle.isDue() { emit(Planning(done: done, total: total)) }
    }

    func planned(_ overview: JobOverview) {
        struct Planned: Encodable {
            var event = "planned"
            var manifest, model, engine: String
            var files, new, unchanged, broken, ignored, units, waiting: Int
            var problems: [String]
        }
        let plan = overview.plan
        emit(
            Planned(
                manifest: overview.manifest, model: overview.model, engine: overview.engine, files: plan.files,
                new: plan.new, unchanged: plan.unchanged, broken: plan.broken, ignored: plan.ignored,
                units: overview.units, waiting: overview.waiting, problems: plan.problems.map(\.description)))
    }

    func unit(_ unit: FinishedUnit, progress: RunProgress) {
        struct Unit: Encodable {
            var event = "unit"
            var path, task: String
            var start, end: Double
            var status: String
            var error: String?
            var flags: [String]
        }
        emit(
            Unit(
                path: unit.path.string, task: unit.task, start: unit.start, end: unit.end,
                status: unit.status.rawValue, error: unit.status == .done ? nil : unit.text, flags: unit.flags))
        step(progress)
    }

    func step(_ progress: RunProgress) {
        struct Progress: Encodable {
            var event = "progress"
            var done, failed, total: Int
            var mediaSeconds, elapsedSeconds, mediaRate, tokensPerSecond: Double
            var secondsLeft: Double?
        }
        guard throttle.isDue() else { return }
        emit(
            Progress(
                done: progress.done, failed: progress.failed, total: progress.total,
                mediaSeconds: progress.mediaSeconds, elapsedSeconds: progress.elapsed,
                mediaRate: progress.mediaRate, tokensPerSecond: progress.tokenRate,
                secondsLeft: progress.secondsLeft))
    }

    func finished(_ summary: RunSummary) {
        struct Finished: Encodable {
            var event = "finished"
            var run: Int64
            var outcome: String
            var done, failed, skipped, waiting, flagged: Int
            var seconds: Double
            var database: String
        }
        emit(
            Finished(
                run: summary.run, outcome: summary.interrupted ? "interrupted" : "finished",
                done: summary.counts.done, failed: summary.counts.failed, skipped: summary.counts.skipped,
                waiting: summary.counts.waiting, flagged: summary.counts.flagged, seconds: summary.seconds,
                database: summary.database.string))
    }

    private func emit(_ event: some Encodable) {
        Terminal.printError(jsonLine(event))
    }
}

/// One line of JSON: keys sorted, in snake case.
public func jsonLine(_ value: some Encodable) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    return (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? "null"
}
