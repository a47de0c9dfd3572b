/// A stretch of media, seconds on its clock.
public struct Span: Sendable, Equatable, Hashable {
    public var start: Double
    public var end: Double

    public init(start: Double, end: Double) {
        self.start = start
        self.end = end
    }
}

/// Equal pieces: every mark at a multiple of `length`; a rest shorter than `shortestRest` is joined to the piece before.
///
/// Seconds. Nothing for a duration that is not above 0; one piece for a length that is not.
public func fixedSpans(duration: Double, length: Double, shortestRest: Double = 1) -> [Span] {
    guard duration > 0, duration.isFinite else { return [] }
    guard length > 0 else { return [Span(start: 0, end: duration)] }
    var spans: [Span] = []
    var start = 0.0
    while start < duration {
        let mark = Double(spans.count + 1) * length
        let end = mark < duration && duration - mark >= shortestRest ? mark : duration
        spans.append(Span(start: start, end: end))
        start = end
    }
    return spans
}
