import Archive
import Foundation
import Logging
import Manifest

/// What planning found.
public struct PlanSummary: Sendable, Equatable {
    public var files = 0
    /// Files whose content this archive had not seen, and those it had.
    public var new = 0
    public var unchanged = 0
    /// Files that could not be opened; each has its failed rows.
    public var broken = 0
    /// Files of directories left out because their extension is no media's.
    public var ignored = 0
    /// Inputs that match nothing, unreadable directories, bad list lines.
    public var problems: [Diagnostic] = []
    /// A stop was asked for before planning was complete.
    public var interrupted = false
}

extension PlanSummary {
    fileprivate mutating func count(_ file: InspectedFile) {
        if file.media.errorClass != nil {
            broken += 1
        } else if file.isKnown {
            unchanged += 1
        } else {
            new += 1
        }
    }
}

/// Writes a job's units into the archive: files are inspected side by side, the archive is written by the caller.
public struct Planner: Sendable {
    let archive: Archive
    let job: Job
    let logger: Logger?
    let stop: StopSignal
    let workers: Int

    /// `workers`: files read at the same time.
    public init(archive: Archive, job: Job, stop: StopSignal, workers: Int, logger: Logger? = nil) {
        self.archive = archive
        self.job = job
        self.logger = logger
        self.stop = stop
        self.workers = max(1, workers)
    }

    /// Plans every input of the job for `run`. Results do not depend on the order in which files come out.
    public func plan(run: Int64, onFile: (_ done: Int, _ total: Int) -> Void = { _, _ in }) throws -> PlanSummary {
        let expansion = InputExpansion.expand(job)
        var summary = PlanSummary()
        summary.files = expansion.files.count
        summary.ignored = expansion.ignored
        summary.problems = expansion.problems

        let inspected = inspectAll(expansion.files)
        // Whatever ends this loop, no worker may stay blocked on a full queue.
        defer { inspected.cancel() }
        var planned: Set<PlanKey> = []
        var done = 0
        while let first = inspected.pop() {
            var files = [try first.get()]
            while files.count < Self.batch, case .element(let next) = inspected.poll() { files.append(try next.get()) }
            // A transaction for each file would cost more than the files.
            try archive.planningBatch {
                for file in files { try write(file, run: run, planned: &planned) }
            }
            for file in files { summary.count(file) }
            done += files.count
            onFile(done, summary.files)
            if stop.isRequested { break }
        }
        summary.interrupted = done < summary.files
        return summary
    }

    /// Files planned in one transaction, at most.
    private static let batch = 256

    private struct PlanKey: Hashable {
        var media: Int64
        /// A recipe's hash or a segmentation's key.
        var recipe: String
    }

    private func write(_ file: InspectedFile, run: Int64, planned: inout Set<PlanKey>) throws(ArchiveError) {
        let media = try archive.saveFile(
            file.file.path, stamp: file.stamp, itemID: file.file.id, media: file.media, run: run)
        // Two files of one content may both come with new cuts.
        for key in file.newCuts where planned.insert(PlanKey(media: media, recipe: key)).inserted {
            let spans = (file.sound.spans[key] ?? []).map { (start: $0.start, end: $0.end) }
            try archive.saveSpans(spans, media: media, segmentation: key)
        }
        let plans = planUnits(
            media: file.media, tasks: job.tasks, variables: file.file.variables, sound: file.sound)
        for plan in plans where planned.insert(PlanKey(media: media, recipe: plan.recipe.hash)).inserted {
            try archive.plan(plan.units, media: media, recipe: plan.recipe, run: run)
        }
    }

    /// Starts the workers; the queue ends when every file has been inspected or a stop was asked for.
    private func inspectAll(_ files: [Manifest.InputFile]) -> BoundedQueue<Result<InspectedFile, ArchiveError>> {
        let queue = BoundedQueue<Result<InspectedFile, ArchiveError>>(capacity: Self.batch)
        let inspector = FileInspector(archive: archive, tasks: job.tasks, logger: logger, stop: stop)
        let cursor = WorkCursor(files, workers: workers)
        for _ in 0..<workers {
            Thread.detachNewThread {
                while !stop.isRequested, let file = cursor.next() {
                    do throws(ArchiveError) {
                        guard let result = try inspector.inspect(file) else { break }
                        if !queue.push(.success(result)) { break }
                    } catch {
                        _ = queue.push(.failure(error))
                        break
                    }
                }
                if cursor.workerEnded() { queue.finish() }
            }
        }
        return queue
    }
}

/// Hands files to workers, each once, and knows when the last worker has ended.
private final class WorkCursor: @unchecked Sendable {
    private let lock = NSLock()
    private let files: [Manifest.InputFile]
    private var position = 0
    private var workers: Int

    init(_ files: [Manifest.InputFile], workers: Int) {
        self.files = files
        self.workers = workers
    }

    func next() -> Manifest.InputFile? {
        lock.withLock {
            guard position < files.count else { return nil }
            defer { position += 1 }
            return files[position]
        }
    }

    func workerEnded() -> Bool {
        lock.withLock {
            workers -= 1
            return workers == 0
        }
    }
}
