public struct UnitCounts: Sendable, Equatable {
    public var waiting = 0, done = 0, failed = 0, skipped = 0, flagged = 0
    /// Seconds of media of the units that are waiting and done.
    public var waitingSeconds = 0.0, doneSeconds = 0.0

    public init() {}
}
