/// Which moments of a span are shown to the model.
///
/// For a constant frame rate, "the last frame whose timestamp is not after the time" is then the frame the reference takes
/// by index, `int(i * total / n)` (transformers, video_processing_qwen2_vl.py).
public struct FrameSampling: Sendable, Equatable {
    /// Seconds on the media's clock, ascending, even count (at least 2).
    public let times: [Double]
    /// Frames a second actually sampled: count / span; what the position ids need.
    public let framesPerSecond: Double

    /// Seconds added to every time, and to the span before frames are counted: `start + i * span / n` may round to a hair
    /// before a timestamp, and the frame before would be taken. Below any frame's distance from a time not its own
    /// (1 / (n * rate) s).
    private static let tolerance = 1e-6

    /// n = span * framesPerSecond clamped to [minimum, maximum], floored to a multiple of 2; times[i] = start + i * span / n,
    /// plus a microsecond. An empty span shows its start n = `minimum` times at the rate asked for.
    public init(start: Double, end: Double, framesPerSecond: Double, minimum: Int = 4, maximum: Int = 768) {
        let span = end > start ? end - start : 0
        let most = max(maximum / 2 * 2, 2)
        let wanted = (span + Self.tolerance) * framesPerSecond
        let bounded = wanted < Double(most) ? min(max(Int(max(wanted, 0)), minimum), most) : most
        let count = max(bounded / 2 * 2, 2)
        times = (0..<count).map { start + Double($0) * span / Double(count) + Self.tolerance }
        self.framesPerSecond = span > 0 ? Double(count) / span : framesPerSecond
    }
}
