import CFFmpeg
import CFFmpegSupport

/// The decoded frames of one stream, in presentation order, with their times on the media's clock.
final class FrameSource {
    let container: Container
    let stream: Stream
    private let decoder: Decoder
    private let packet: Packet
    private var discontinuities: Discontinuities
    private var isDraining = false
    /// After a seek, packets before the first key frame are of no use.
    private var awaitsKeyFrame = false

    init(_ container: Container, stream: Stream, threads: Int) throws(MediaError) {
        self.container = container
        self.stream = stream
        decoder = try Decoder(stream, session: container.session, threads: threads)
        packet = try Packet()
        discontinuities = Discontinuities(isAllowed: container.allowsDiscontinuities)
        container.select(stream)
    }

    /// Packets and frames that were damaged, so far.
    var corruptCount: Int { decoder.corruptCount + container.failedReads }

    /// What is to be said about the stream; final after the last frame.
    var issues: [MediaIssue] {
        var issues: [MediaIssue] = []
        if isDraining, let seconds = container.truncation(of: stream) { issues.append(.truncated(seconds: seconds)) }
        if corruptCount > 0 { issues.append(.corrupt(count: corruptCount)) }
        return issues
    }

    /// Decodes the next frame; its second on the media's clock, nil after the last one.
    func next(into frame: Frame) throws(MediaError) -> Double? {
        while true {
            if try decoder.receive(into: frame) { return time(of: frame) }
            if isDraining { return nil }
            if try container.read(into: packet.pointer) {
                defer { packet.clear() }
                guard Int(packet.pointer.pointee.stream_index) == stream.index else { continue }
                if awaitsKeyFrame {
                    guard packet.pointer.pointee.flags & AV_PKT_FLAG_KEY != 0 else { continue }
                    awaitsKeyFrame = false
                }
                try decoder.send(packet.pointer)
            } else {
                isDraining = true
                try decoder.send(nil)
            }
        }
    }

    /// Goes on at the key frame at or before `time`; false if the container cannot.
    func seek(to time: Double) -> Bool {
        guard container.seek(to: container.clock.timestamp(time, stream.timeBase), of: stream) else { return false }
        decoder.flush()
        isDraining = false
        awaitsKeyFrame = true
        return true
    }

    /// How the frame must be turned; a frame's own display matrix goes before the stream's.
    func orientation(of frame: Frame) -> Orientation {
        var matrix = [Int32](repeating: 0, count: 9)
        if nr_frame_display_matrix(frame.pointer, &matrix) { return Orientation(displayMatrix: matrix) }
        return streamOrientation
    }

    private lazy var streamOrientation: Orientation = stream.orientation ?? .upright

    private func time(of frame: Frame) -> Double {
        let raw = frame.pointer.pointee
        var duration = Double(max(0, nr_frame_duration(frame.pointer))) * stream.timeBase.seconds
        if stream.isAudio {
            duration = Double(raw.nb_samples) / Double(max(1, raw.sample_rate))
        } else if duration == 0, stream.pointer.pointee.avg_frame_rate.isPositive {
            duration = 1 / stream.pointer.pointee.avg_frame_rate.seconds
        }
        return discontinuities.place(
            container.clock.time(raw.best_effort_timestamp, stream.timeBase), duration: duration)
    }
}
