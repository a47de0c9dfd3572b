import Archive
import Logging
import Manifest
import SystemPackage

/// One execution of a job: plan, run, sum up. The command line's `run` is this and its options.
public struct JobRun<Engine: UnitEngine> {
    let job: Job
    let archive: Archive
    let record: RunRecord
    let engine: Engine
    let settings: FeatureSettings
    let stop: StopSignal
    let logger: Logger?

    /// `record.manifest`: the manifest as the user wrote it.
    public init(
        job: Job, archive: Archive, record: RunRecord, engine: Engine, settings: FeatureSettings, stop: StopSignal,
        logger: Logger? = nil
    ) {
        self.job = job
        self.archive = archive
        self.record = record
        self.engine = engine
        self.settings = settings
        self.stop = stop
        self.logger = logger
    }

    /// Throws `ArchiveError`, `.inUse` where another run holds the database. Nothing that a file holds is thrown.
    public func execute(reporter: any ProgressReporter) throws -> RunSummary {
        let clock = Stopwatch()
        let run = try archive.beginRun(record)
        let planner = Planner(
            archive: archive, job: job, stop: stop, workers: max(2, record.threads), logger: logger)
        let plan = try planner.plan(run: run) { reporter.planning(done: $0, total: $1) }
        let planned = try archive.counts(run: run)
        let tally = Tally(progress: RunProgress(total: planned.waiting))
        var isComplete = false
        if !plan.interrupted, !stop.isRequested {
            reporter.planned(
                JobOverview(
                    manifest: record.manifest, model: record.model, engine: record.engine, tasks: job.tasks.count,
                    plan: plan, units: planned.waiting + planned.done + planned.failed + planned.skipped,
                    waiting: planned.waiting))
            isComplete = try runUnits(run, tally: tally, reporter: reporter)
        }
        let counts = try archive.counts(run: run)
        try archive.endRun(run, outcome: isComplete ? "finished" : "interrupted")
        let summary = RunSummary(
            run: run, manifest: record.manifest, database: shortestPath(archive.path),
            base: absolutePath(job.manifest).removingLastComponent(), worked: tally.progress.done, counts: counts,
            interrupted: !isComplete, isPlanned: !plan.interrupted, seconds: clock.seconds, firstResults: tally.results,
            firstFlagged: tally.flagged)
        reporter.finished(summary)
        return summary
    }

    private func runUnits(_ run: Int64, tally: Tally, reporter: any ProgressReporter) throws -> Bool {
        let clock = Stopwatch()
        let tokensBefore = engine.processedTokens
        let runner = Runner(
            archive: archive, engine: engine, settings: settings, stop: stop, lookAhead: record.batchSize,
            logger: logger)
        func update() -> RunProgress {
            tally.progress.elapsed = clock.seconds
            tally.progress.tokens = engine.processedTokens - tokensBefore
            return tally.progress
        }
        return try runner.run(run) { unit in
            tally.add(unit)
            reporter.unit(unit, progress: update())
        } onStep: {
            reporter.step(update())
        }
    }
}

/// What a run's summary and progress count as its units end.
private final class Tally {
    var progress: RunProgress
    var results: [FinishedUnit] = []
    var flagged: [FinishedUnit] = []

    /// Results shown after a run.
    private static let most = 6

    init(progress: RunProgress) {
        self.progress = progress
    }

    func add(_ unit: FinishedUnit) {
        progress.done += 1
        if unit.status == .failed { progress.failed += 1 }
        progress.mediaSeconds += unit.end - unit.start
        if unit.status == .done, !unit.text.isEmpty, results.count < Self.most { results.append(unit) }
        if !unit.flags.isEmpty, flagged.count < Self.most { flagged.append(unit) }
    }
}
