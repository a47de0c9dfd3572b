import Manifest

/// Shows how a run goes. Called on the run's own thread.
public protocol ProgressReporter: AnyObject {
    func planning(done: Int, total: Int)
    func planned(_ overview: JobOverview)
    func unit(_ unit: FinishedUnit, progress: RunProgress)
    func step(_ progress: RunProgress)
    /// The run is over, in whatever way.
    func finished(_ summary: RunSummary)
}

/// What a run starts with, once it is planned.
public struct JobOverview: Sendable, Equatable {
    public var manifest: String
    public var model: String
    public var engine: String
    public var tasks: Int
    public var plan: PlanSummary
    /// Units of the job, and those that wait.
    public var units: Int
    public var waiting: Int

    /// "Jobs/sample.yaml: 7 files, 3 tasks -> 9 units, 9 to do".
    public var lines: [String] {
        var lines = plan.problems.map(\.description)
        var line = "\(manifest): \(counted(plan.files, "file")), \(counted(tasks, "task")) -> "
        line += "\(counted(units, "unit")), \(grouped(waiting)) to do"
        lines.append(line)
        var notes: [String] = []
        if plan.unchanged > 0 { notes.append("\(grouped(plan.unchanged)) seen before") }
        if plan.broken > 0 { notes.append("\(grouped(plan.broken)) could not be opened") }
        if plan.ignored > 0 { notes.append("\(grouped(plan.ignored)) more ignored (no media extension)") }
        if !notes.isEmpty { lines.append("  " + notes.joined(separator: ", ")) }
        return lines
    }
}

/// How progress is shown.
public enum ProgressStyle: String, Sendable, CaseIterable {
    /// One live line on a terminal, plain lines elsewhere.
    case auto
    case bar, plain, json, none

    /// A reporter that writes to standard error; paths are shown as seen from `base`.
    public func reporter(base: String) -> any ProgressReporter {
        switch self {
        case .auto: Terminal.isErrorTerminal ? BarReporter(base: base) : PlainReporter(base: base)
        case .bar: BarReporter(base: base)
        case .plain: PlainReporter(base: base)
        case .json: JSONReporter()
        case .none: SilentReporter()
        }
    }
}

final class SilentReporter: ProgressReporter {
    func planning(done: Int, total: Int) {}
    func planned(_ overview: JobOverview) {}
    func unit(_ unit: FinishedUnit, progress: RunProgress) {}
    func step(_ progress: RunProgress) {}
    func finished(_ summary: RunSummary) {}
}

/// Lets something happen at most every so often.
struct Throttle {
    private var last: ContinuousClock.Instant?
    let interval: Duration

    init(every interval: Duration) {
        self.interval = interval
    }

    mutating func isDue() -> Bool {
        let now = ContinuousClock.now
        if let last, now - last < interval { return false }
        last = now
        return true
    }
}
