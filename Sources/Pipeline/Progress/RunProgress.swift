import SystemPackage

/// How far a run is. Rates and the time left are computed from it.
public struct RunProgress: Sendable, Equatable {
    /// Units of this run that were waiting when it began, and those of them that are over.
    public var total: Int
    public var done = 0
    public var failed = 0
    /// Seconds of media in the units that are over.
    public var mediaSeconds = 0.0
    /// Seconds since the first unit was asked for.
    public var elapsed = 0.0
    /// Tokens prefilled and decoded.
    public var tokens = 0

    public init(total: Int) {
        self.total = total
    }

    public var mediaRate: Double { elapsed > 0 ? mediaSeconds / elapsed : 0 }
    public var tokenRate: Double { elapsed > 0 ? Double(tokens) / elapsed : 0 }
    /// nil: nothing to judge by yet.
    public var secondsLeft: Double? {
        guard done > 0 else { return nil }
        return elapsed / Double(done) * Double(max(0, total - done))
    }
}
