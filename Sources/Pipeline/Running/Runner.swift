import Archive
import Engine
import Foundation
import Logging
import SystemPackage

/// A unit that is over, as progress and the closing summary show it.
public struct FinishedUnit: Sendable, Equatable {
    public var path: FilePath
    public var task: String
    public var taskKind: String
    public var start: Double
    public var end: Double
    public var status: UnitStatus
    /// The text, or why there is none.
    public var text: String
    public var flags: [String]
}

/// Computes a run's waiting units: a thread prepares them ahead, the calling thread drives the engine and stores.
///
/// Each finished unit is one transaction. A unit that cannot be prepared or started fails alone.
public struct Runner<Engine: UnitEngine> {
    let archive: Archive
    let engine: Engine
    let settings: FeatureSettings
    let stop: StopSignal
    let lookAhead: Int
    let logger: Logger?

    /// Bytes of features that may wait for the engine, beside one unit that is always let through.
    static var featureBudget: Int { 1 << 30 }

    /// `lookAhead`: units that may be ready before the engine takes them.
    public init(
        archive: Archive, engine: Engine, settings: FeatureSettings, stop: StopSignal, lookAhead: Int = 4,
        logger: Logger? = nil
    ) {
        self.archive = archive
        self.engine = engine
        self.settings = settings
        self.stop = stop
        self.lookAhead = max(1, lookAhead)
        self.logger = logger
    }

    /// Works until nothing of `run` waits or a stop is requested; true: everything was worked off.
    /// `onUnit` is called after the unit was stored, `onStep` after every step of the engine.
    public func run(
        _ run: Int64, onUnit: (FinishedUnit) -> Void = { _ in }, onStep: () -> Void = {}
    ) throws(ArchiveError) -> Bool {
        let queue = startPreparing(run: run)
        defer {
            queue.cancel()
            engine.cancelAll()
        }
        var active: [Int64: (work: UnitWork, unit: PromptUnit<Engine.Preparer.Prompt>)] = [:]
        var hasEnded = false
        while !stop.isRequested {
            if !hasEnded, engine.hasRoom {
                // An idle engine waits for the next unit; a busy one takes what is ready.
                let deadline = engine.activeCount == 0 ? Date(timeIntervalSinceNow: 0.1) : nil
                switch queue.poll(until: deadline) {
                case .element(let element):
                    let (work, preparation) = try element.get()
                    switch preparation {
                    case .over(let outcome):
                        onUnit(try store(outcome, of: work, run: run))
                    case .prompt(let unit):
                        do {
                            try engine.start(
                                id: work.id, prompt: unit.prompt, sampling: unit.sampling,
                                maxNewTokens: unit.maxNewTokens)
                            active[work.id] = (work, unit)
                        } catch is CancellationError {
                            return false
                        } catch {
                            let outcome = UnitOutcome.failed(errorClass: "engine", error: String(describing: error))
                            onUnit(try store(outcome, of: work, run: run))
                        }
                    }
                    continue
                case .empty: break
                case .ended: hasEnded = true
                }
            }
            if engine.activeCount == 0 {
                if hasEnded { return true }
                onStep()
                continue
            }
            for answer in engine.step() {
                guard let (work, unit) = active.removeValue(forKey: answer.id) else { continue }
                onUnit(try store(answer, of: work, unit: unit, run: run))
            }
            onStep()
        }
        return false
    }

    private typealias Prepared = Result<(UnitWork, Preparation<Engine.Preparer.Prompt>), ArchiveError>

    private func startPreparing(run: Int64) -> BoundedQueue<Prepared> {
        let queue = BoundedQueue<Prepared>(capacity: lookAhead, budget: Self.featureBudget)
        let (archive, stop, settings, logger) = (archive, stop, settings, logger)
        let preparer = engine.preparer
        let thread = Thread {
            var units = UnitPreparer(preparer: preparer, archive: archive, settings: settings, logger: logger)
            var last: UnitWork?
            do throws(ArchiveError) {
                while !stop.isRequested {
                    let page = try archive.waitingUnits(run: run, limit: 64, after: last)
                    guard !page.isEmpty else { break }
                    for work in page {
                        if stop.isRequested { break }
                        let preparation = try units.prepare(work)
                        if !queue.push(.success((work, preparation)), cost: preparation.cost) { return }
                    }
                    last = page.last
                }
            } catch {
                _ = queue.push(.failure(error))
            }
            queue.finish()
        }
        thread.stackSize = 8 << 20
        thread.start()
        return queue
    }

    private func store(_ outcome: UnitOutcome, of work: UnitWork, run: Int64) throws(ArchiveError) -> FinishedUnit {
        switch outcome {
        case .finished(let result):
            try archive.finish(work.id, with: result, run: run)
            return FinishedUnit(work, .done, text: result.text, flags: result.flags)
        case .skipped(let errorClass, let reason):
            try archive.skip(work.id, errorClass: errorClass, reason: reason, run: run)
            return FinishedUnit(work, .skipped, text: reason)
        case .failed(let errorClass, let error):
            try archive.fail(work.id, errorClass: errorClass, error: error, run: run)
            return FinishedUnit(work, .failed, text: error)
        }
    }

    private func store(
        _ answer: UnitAnswer, of work: UnitWork, unit: PromptUnit<Engine.Preparer.Prompt>, run: Int64
    ) throws(ArchiveError) -> FinishedUnit {
        let text = answer.text.trimmingCharacters(in: .whitespacesAndNewlines)
        let result = UnitResult(
            text: text, finishReason: answer.finishReason.rawValue, meanLogProbability: answer.meanLogProbability,
            promptTokens: answer.promptTokens, mediaTokens: answer.mediaTokens, newTokens: answer.newTokens,
            secondsCovered: unit.secondsCovered,
            flags: unitFlags(media: unit.flags, answer: answer, text: text),
            decodeMediaSeconds: unit.decodeMediaSeconds, encodeSeconds: answer.encodeSeconds,
            prefillSeconds: answer.prefillSeconds, generateSeconds: answer.decodeSeconds)
        return try store(.finished(result), of: work, run: run)
    }
}

extension Preparation {
    fileprivate var cost: Int {
        if case .prompt(let unit) = self { unit.cost } else { 0 }
    }
}

extension FinishedUnit {
    fileprivate init(_ work: UnitWork, _ status: UnitStatus, text: String, flags: [String] = []) {
        self.init(
            path: work.path, task: work.recipe.task, taskKind: work.recipe.kind, start: work.start, end: work.end,
            status: status, text: text, flags: flags)
    }
}
