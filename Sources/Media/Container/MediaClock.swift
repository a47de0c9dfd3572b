import CFFmpeg
import CFFmpegSupport

extension AVRational {
    /// Seconds that one tick of this time base lasts.
    var seconds: Double { Double(num) / Double(den) }
    var isPositive: Bool { num > 0 && den > 0 }
}

/// The clock that a file's pictures and sound share. Its zero is the container's start time: the least start time of
/// the audio and video streams, cover pictures apart (those have no place in time).
struct MediaClock {
    /// Seconds on the container's own clock.
    let zero: Double

    init(_ context: UnsafeMutablePointer<AVFormatContext>, streams: [Stream]) {
        let starts = streams.lazy
            .filter { ($0.isVideo || $0.isAudio) && !$0.isCover && $0.pointer.pointee.start_time != nr_no_timestamp }
            .map { Double($0.pointer.pointee.start_time) * $0.timeBase.seconds }
        zero = starts.min() ?? 0
    }

    /// The media's second of a timestamp; nil where there is none.
    func time(_ timestamp: Int64, _ timeBase: AVRational) -> Double? {
        timestamp == nr_no_timestamp ? nil : Double(timestamp) * timeBase.seconds - zero
    }

    /// The timestamp of a second of the media, rounded down.
    func timestamp(_ time: Double, _ timeBase: AVRational) -> Int64 {
        Int64(clamping: ((time + zero) / timeBase.seconds).rounded(.down))
    }
}

extension Int64 {
    /// The nearest representable value; 0 for NaN.
    init(clamping value: Double) {
        if let exact = Int64(exactly: value.rounded(.down)) {
            self = exact
        } else {
            self = value.isNaN ? 0 : value < 0 ? .min : .max
        }
    }
}

/// Undoes jumps of the timestamps where a broadcast recording was cut or joined, so that what follows is neither
/// dropped nor moved hours away. Only containers that allow such jumps (MPEG-TS and kin) are treated.
struct Discontinuities {
    /// FFmpeg's own command takes jumps of more than this for discontinuities.
    static let threshold = 10.0

    private let isAllowed: Bool
    private var offset = 0.0
    private var expected: Double?

    init(isAllowed: Bool) { self.isAllowed = isAllowed }

    /// The continuous time of a frame at `time` lasting `duration`; nil in and no frame yet gives 0.
    mutating func place(_ time: Double?, duration: Double) -> Double {
        var placed = time.map { $0 + offset } ?? expected ?? 0
        if isAllowed, let expected, abs(placed - expected) > Self.threshold {
            offset += expected - placed
            placed = expected
        }
        expected = placed + duration
        return placed
    }
}
