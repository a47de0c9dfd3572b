import CFFmpeg
import Logging
import SystemPackage

/// Mono 16 kHz float PCM of the chosen audio stream on the media's clock: sample 0 is the media's time 0, late starts
/// and gaps are silence. Read forward in pieces; memory is one piece.
///
/// The media's clock begins at the container's start time, for pictures and sound alike. Deviations below 20 ms are
/// left as they are.
public final class AudioReader {
    public static let sampleRate = 16_000
    /// No sound lasts longer than ten years, whatever a header says.
    private static let longest = 3.2e8

    public let info: MediaInfo
    /// What was wrong so far; complete once the end was reached.
    public var issues: [MediaIssue] { source.issues }

    private let source: FrameSource
    private let timeout: Double
    private let frame: Frame
    private var timeline: AudioTimeline
    private var downmix = Downmix(AVChannelLayout())
    private var layout = AVChannelLayout()
    private var resampler: Resampler
    private var queue = SampleQueue()
    private var mono: [Float] = []
    private var hasEnded = false

    /// `timeoutPerRead`: seconds that may pass without anything being decoded.
    public init(_ path: FilePath, timeoutPerRead: Double = 60, logger: Logger? = nil) throws(MediaError) {
        guard let file = try MediaFile.open(path, timeout: timeoutPerRead, logger: logger) else { throw .noAudio }
        guard let stream = file.selection.audio else {
            if let stream = file.selection.undecodableAudio {
                throw .unsupportedCodec(name: stream.codecName, stream: stream.index)
            }
            throw .noAudio
        }
        info = file.info
        timeout = timeoutPerRead
        source = try FrameSource(file.container, stream: stream, threads: 1)
        frame = try Frame()
        let rate = Int(stream.parameters.sample_rate)
        timeline = AudioTimeline(rate: rate, latest: min(file.info.duration, Self.longest) + 10)
        resampler = try Resampler(rate: rate)
    }

    deinit { av_channel_layout_uninit(&layout) }

    /// Samples [start, start + count), fewer at the end of the sound, empty past it. `start` must not be before the
    /// end of the last read; what lies between is skipped.
    public func read(from start: Int, count: Int) throws(MediaError) -> [Float] {
        let session = source.container.session
        session.restartDeadline(timeout)
        return try session.run { () throws(MediaError) -> [Float] in
            try session.checkDeadline()
            var samples: [Float] = []
            samples.reserveCapacity(count)
            while samples.count < count {
                if queue.isEmpty {
                    if hasEnded { break }
                    try decodeFrame()
                }
                queue.drop(before: start)
                queue.take(count - samples.count, into: &samples)
            }
            return samples
        }
    }

    private func decodeFrame() throws(MediaError) {
        guard let time = try source.next(into: frame) else {
            hasEnded = true
            flush()
            return
        }
        let raw = frame.pointer.pointee
        let rate = Int(raw.sample_rate)
        guard rate > 0, raw.nb_samples > 0 else { return }
        if rate != resampler.rate {
            flush()
            resampler = try Resampler(rate: rate)
        }
        adoptLayout(raw)
        var skipped = 0
        switch timeline.place(time: time, count: Int(raw.nb_samples), rate: rate) {
        case .following(let overlap):
            skipped = overlap
        case .afterGap(let begin):
            flush()
            queue.append(silence: Int((begin * Double(Self.sampleRate)).rounded()) - queue.end)
        }
        downmix.mix(frame.pointer, skipping: skipped, into: &mono)
        var output: [Float] = []
        resampler.convert(mono, into: &output)
        queue.append(output)
    }

    private func flush() {
        var tail: [Float] = []
        resampler.flush(into: &tail)
        queue.append(tail)
    }

    private func adoptLayout(_ raw: AVFrame) {
        var new = raw.ch_layout
        guard downmix.gains.isEmpty || av_channel_layout_compare(&new, &layout) != 0 else { return }
        av_channel_layout_copy(&layout, &new)
        downmix = Downmix(new)
    }
}
