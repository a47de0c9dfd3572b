/// Places decoded sound on the media's clock: decides, frame by frame, what is silence and what is overlap.
///
/// Every frame is compared with where the samples so far lead, counted from the last anchor, not with the frame before
/// it. So jitter is ignored without adding up, and drift is corrected as soon as it is audible.
struct AudioTimeline {
    /// Deviations of less than this many seconds are jitter: container rounding, encoder delay.
    static let tolerance = 0.02

    enum Placement: Equatable {
        /// Goes on where the last frame ended, without its first `skipping` samples.
        case following(skipping: Int)
        /// Begins at a later second; silence lies before.
        case afterGap(at: Double)
    }

    private var anchor = 0.0
    private var samples = 0
    private var rate: Int
    private let latest: Double

    /// `latest`: times after this second are taken for broken timestamps, not for hours of silence.
    init(rate: Int, latest: Double) {
        self.rate = rate
        self.latest = latest
    }

    /// Where a frame of `count` samples with the timestamp `time` goes.
    mutating func place(time: Double, count: Int, rate: Int) -> Placement {
        if rate != self.rate {
            anchor += Double(samples) / Double(self.rate)
            (samples, self.rate) = (0, rate)
        }
        let deviation = time - (anchor + Double(samples) / Double(rate))
        if deviation >= Self.tolerance, time <= latest {
            (anchor, samples) = (time, count)
            return .afterGap(at: time)
        }
        let overlap = deviation <= -Self.tolerance ? (-deviation * Double(rate)).rounded() : 0
        let skipped = Int(min(Double(count), overlap))
        samples += count - skipped
        return .following(skipping: skipped)
    }
}
