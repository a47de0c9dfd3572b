import CFFmpeg
import CFFmpegSupport
import Logging
import SystemPackage

/// An opened container: its streams, its clock, and its packets in file order.
final class Container {
    let session: Session
    let formatName: String
    let streams: [Stream]
    let clock: MediaClock
    private let source: FormatContext
    /// Where the packets of each stream ended so far, on the container's clock.
    private var ends: [Int: StreamEnd] = [:]
    /// Reads that failed though the file went on behind them.
    private(set) var failedReads = 0
    private var gaveUp = false
    private let isShort: Bool

    var pointer: UnsafeMutablePointer<AVFormatContext> { source.pointer }

    /// Probes `session` as `format`, which `FileFormat` found.
    init(_ session: Session, format: UnsafePointer<AVInputFormat>, maxPixels: Int) throws(MediaError) {
        let name = String(cString: format.pointee.name)
        let source = try FormatContext(session, format: format, maxPixels: maxPixels)
        let context = source.pointer
        streams = (0..<Int(context.pointee.nb_streams)).compactMap { index in
            context.pointee.streams[index].map(Stream.init(pointer:))
        }
        clock = MediaClock(context, streams: streams)
        formatName = name
        isShort = try Self.isShorterThanItSays(session)
        self.session = session
        self.source = source
    }

    var allowsDiscontinuities: Bool { pointer.pointee.iformat.pointee.flags & AVFMT_TS_DISCONT != 0 }

    /// Whether a seek lands exactly on the index: elsewhere FFmpeg guesses positions and restored timestamps.
    var seeksExactly: Bool { formatName.hasPrefix("mov,") || isMatroska }

    private var isMatroska: Bool { formatName.hasPrefix("matroska,") }

    /// Restricts reading to `stream`. Where only the container as a whole has a length, the others are still read,
    /// because their packets tell whether it was cut off.
    func select(_ stream: Stream) {
        let needsOthers = stream.declaredEnd == nil && promisesLength
        for other in streams where other.index != stream.index && !needsOthers {
            other.pointer.pointee.discard = AVDISCARD_ALL
        }
    }

    /// The next packet; false at the end of the file, or where it can no longer be read.
    func read(into packet: UnsafeMutablePointer<AVPacket>) throws(MediaError) -> Bool {
        var failures = 0
        while true {
            try session.checkDeadline()
            let status = av_read_frame(pointer, packet)
            if status >= 0 {
                note(packet)
                failedReads += failures
                return true
            }
            // Demuxers turn our refusals to read on into errors of their own.
            try session.checkDeadline()
            let ioError = pointer.pointee.pb.pointee.error
            if ioError < 0, ioError != nr_error_eof {
                throw session.failure(ioError, otherwise: .unreadable(reason: ffmpegMessage(ioError)))
            }
            if status == nr_error_eof { return false }
            failures += 1
            if failures > 16 {
                gaveUp = true
                return false
            }
        }
    }

    /// Moves to the key frame at or before `timestamp` of `stream`.
    func seek(to timestamp: Int64, of stream: Stream) -> Bool {
        av_seek_frame(pointer, CInt(stream.index), timestamp, AVSEEK_FLAG_BACKWARD) >= 0
    }

    // MARK: Lengths

    /// The length is stated in a header, not extrapolated from the bit rate or found by reading.
    private var promisesLength: Bool {
        pointer.pointee.duration_estimation_method == AVFMT_DURATION_FROM_STREAM
    }

    /// Seconds from the media's zero to the end of the longest of `chosen` by the headers; nil if they do not say.
    func declaredDuration(_ chosen: [Stream]) -> Double? {
        let isExtrapolated = pointer.pointee.duration_estimation_method == AVFMT_DURATION_FROM_BITRATE
        let isPCM = chosen.allSatisfy { av_get_exact_bits_per_sample($0.parameters.codec_id) > 0 }
        if isExtrapolated && !isPCM { return nil }
        // Matroska's length counts from 0 with some writers and from the first timestamp with others.
        if isMatroska, clock.zero > 0.5 { return nil }
        var ends = chosen.compactMap(\.declaredEnd).map { $0 - clock.zero }
        if ends.count < chosen.count, pointer.pointee.duration > 0 {
            ends.append(Double(pointer.pointee.duration) / Double(AV_TIME_BASE))
        }
        return ends.max()
    }

    /// The second of the media at which `stream` ended although more was promised; asked after the last packet.
    func truncation(of stream: Stream) -> Double? {
        let end = ends[stream.index]?.seconds ?? clock.zero
        let reached = max(0, end - clock.zero)
        if gaveUp || isShort { return reached }
        guard promisesLength else { return nil }
        if let promised = stream.declaredEnd {
            return promised - end > slack(stream.index) ? reached : nil
        }
        guard pointer.pointee.duration > 0, let last = ends.max(by: { $0.value.seconds < $1.value.seconds }) else {
            return nil
        }
        let promised = Double(pointer.pointee.duration) / Double(AV_TIME_BASE)
        let latest = max(last.value.seconds, last.value.seconds - clock.zero)
        return promised - latest > slack(last.key) ? reached : nil
    }

    /// FFmpeg takes the length of WAV, AVI and AIFF files from what there is, so their first field is read here.
    private static func isShorterThanItSays(_ session: Session) throws(MediaError) -> Bool {
        let head = try session.bytes(at: 0, count: 8)
        let size = head.hasBytes("FORM", at: 0) ? head.bigEndian(at: 4, bytes: 4) : head.littleEndian(at: 4, bytes: 4)
        guard head.hasBytes("RIFF", at: 0) || head.hasBytes("FORM", at: 0), let size else { return false }
        // Writers that could not go back leave 0 or all ones; some forget the eight bytes of the field itself.
        return size < 0xFFFF_FF00 && Int64(size) > session.fileSize
    }

    /// Encoder delay and rounding differ by this much in sound files; a last packet without duration may last as long
    /// as any before it.
    private func slack(_ index: Int) -> Double {
        guard let end = ends[index] else { return 0.25 }
        return 0.25 + (end.lastHasDuration ? 0 : end.longestStep)
    }

    private func note(_ packet: UnsafeMutablePointer<AVPacket>) {
        let packet = packet.pointee
        let timestamp = packet.pts == nr_no_timestamp ? packet.dts : packet.pts
        guard timestamp != nr_no_timestamp, streams.indices.contains(Int(packet.stream_index)) else { return }
        let tick = streams[Int(packet.stream_index)].timeBase.seconds
        let end = (Double(timestamp) + Double(max(0, packet.duration))) * tick
        ends[Int(packet.stream_index), default: StreamEnd(seconds: end)].extend(
            to: end, decodedAt: packet.dts == nr_no_timestamp ? nil : Double(packet.dts) * tick,
            hasDuration: packet.duration > 0)
    }
}

private struct StreamEnd {
    var seconds: Double
    var lastHasDuration = false
    var longestStep = 0.0
    private var lastDecoding: Double?

    init(seconds: Double) { self.seconds = seconds }

    mutating func extend(to end: Double, decodedAt: Double?, hasDuration: Bool) {
        if end >= seconds {
            seconds = end
            lastHasDuration = hasDuration
        }
        if let decodedAt {
            if let lastDecoding { longestStep = max(longestStep, decodedAt - lastDecoding) }
            lastDecoding = decodedAt
        }
    }
}

/// Owns FFmpeg's demuxing context and the reader below it.
private final class FormatContext {
    private let io: UnsafeMutablePointer<AVIOContext>
    private var context: UnsafeMutablePointer<AVFormatContext>?
    private let session: Session

    var pointer: UnsafeMutablePointer<AVFormatContext> { context! }

    init(_ session: Session, format: UnsafePointer<AVInputFormat>, maxPixels: Int) throws(MediaError) {
        guard let io = nr_io_open(session.raw) else { throw .outOfMemory }
        // From here on deinit frees what is set, also when this initialiser throws.
        self.io = io
        self.session = session
        context = nr_format_context(session.raw, io)
        guard context != nil else { throw .outOfMemory }
        let name = String(cString: format.pointee.name)

        var options: OpaquePointer?
        av_dict_set(&options, "protocol_whitelist", "file", 0)
        let opened = avformat_open_input(&context, nil, format, &options)
        av_dict_free(&options)
        guard opened >= 0 else {
            throw session.failure(opened, otherwise: .undecodable(reason: Self.damaged(name, opened)))
        }
        let probed = findStreamInfo(maxPixels: maxPixels)
        guard probed >= 0 else {
            throw session.failure(probed, otherwise: .undecodable(reason: Self.damaged(name, probed)))
        }
        try session.checkDeadline()
    }

    deinit {
        avformat_close_input(&context)
        nr_io_free(io)
    }

    /// Probing decodes frames: huge ones are refused there too.
    private func findStreamInfo(maxPixels: Int) -> CInt {
        let count = Int(pointer.pointee.nb_streams)
        guard count > 0 else { return avformat_find_stream_info(pointer, nil) }
        var options = [OpaquePointer?](repeating: nil, count: count)
        for index in options.indices { av_dict_set(&options[index], "max_pixels", String(maxPixels), 0) }
        defer { for index in options.indices { av_dict_free(&options[index]) } }
        return avformat_find_stream_info(pointer, &options)
    }

    private static func damaged(_ format: String, _ status: CInt) -> String {
        "the header of this \(format) file is damaged or cut off (\(ffmpegMessage(status)))"
    }
}
