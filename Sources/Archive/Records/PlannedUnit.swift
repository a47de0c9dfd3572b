/// A unit to be planned: spans in seconds; failed or skipped from the start with a reason, else waiting.
public struct PlannedUnit: Sendable, Equatable {
    public var start: Double
    public var end: Double
    public var status: UnitStatus
    public var errorClass: String?
    public var error: String?

    public init(
        start: Double, end: Double, status: UnitStatus = .waiting, errorClass: String? = nil, error: String? = nil
    ) {
        self.start = start
        self.end = end
        self.status = status
        self.errorClass = errorClass
        self.error = error
    }
}
