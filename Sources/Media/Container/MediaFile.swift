import CFFmpeg
import CFFmpegSupport
import Logging
import SystemPackage

/// The most pixels of a picture or frame that is decoded unless the caller says otherwise.
public let defaultMaxPixels = 300_000_000

/// A container opened for decoding, with the streams that were chosen and its description.
struct MediaFile {
    let container: Container
    let selection: StreamSelection
    let info: MediaInfo

    /// Opens `session`, which `FileFormat` found to be a container. `path` is opened again where packets have to be
    /// counted because the headers do not say enough.
    init(
        _ session: Session, format: UnsafePointer<AVInputFormat>, path: FilePath, timeout: Double,
        maxPixels: Int = defaultMaxPixels, logger: Logger?
    ) throws(MediaError) {
        let container = try Container(session, format: format, maxPixels: maxPixels)
        let isSinglePicture = { (stream: Stream) throws(MediaError) -> Bool in
            if stream.pointer.pointee.nb_frames > 0 { return stream.pointer.pointee.nb_frames == 1 }
            return try PacketCensus(path, stream: stream.index, timeout: timeout, logger: logger).isSingle
        }
        let selection = try StreamSelection(container.streams, isSinglePicture: isSinglePicture)
        guard selection.video != nil || selection.audio != nil else {
            if let stream = selection.undecodableVideo ?? selection.undecodableAudio {
                throw .unsupportedCodec(name: stream.codecName, stream: stream.index)
            }
            throw .notMedia
        }
        var kind = selection.video == nil ? MediaKind.audio : .video
        if let video = selection.video, selection.audio == nil, video.isPictureCodec, try isSinglePicture(video) {
            kind = .image
        }
        let chosen = [selection.video, selection.audio].compactMap { $0 }
        var duration = 0.0
        if kind != .image {
            if let declared = container.declaredDuration(chosen) {
                duration = declared
            } else {
                duration = try PacketCensus.duration(
                    path, streams: chosen.map(\.index), timeout: timeout, logger: logger)
            }
        }
        self.container = container
        self.selection = selection
        info = MediaInfo(
            kind: kind, format: container.formatName, duration: max(0, duration),
            video: selection.video.map(VideoStreamInfo.init), audio: selection.audio.map(AudioStreamInfo.init))
    }

    /// Opens `path` for a reader of pictures or sound; nil if it is a still picture.
    static func open(_ path: FilePath, timeout: Double, logger: Logger?) throws(MediaError) -> MediaFile? {
        let session = try Session(path, timeout: timeout, logger: logger)
        return try session.run { () throws(MediaError) -> MediaFile? in
            guard case .container(let format) = try FileFormat(of: session) else { return nil }
            return try MediaFile(session, format: format, path: path, timeout: timeout, logger: logger)
        }
    }
}

extension VideoStreamInfo {
    init(_ stream: Stream) {
        let parameters = stream.parameters
        let (width, height) = (Int(parameters.width), Int(parameters.height))
        let isTurned = stream.orientation?.swapsSides ?? false
        let rate = stream.pointer.pointee.avg_frame_rate
        self.init(
            index: stream.index, codec: stream.codecName, width: isTurned ? height : width,
            height: isTurned ? width : height, averageFrameRate: rate.isPositive ? rate.seconds : nil)
    }
}

extension AudioStreamInfo {
    init(_ stream: Stream) {
        var layout = stream.parameters.ch_layout
        var text = [CChar](repeating: 0, count: 128)
        av_channel_layout_describe(&layout, &text, text.count)
        self.init(
            index: stream.index, codec: stream.codecName, channels: stream.channels,
            layout: String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self),
            sampleRate: Int(stream.parameters.sample_rate))
    }
}

/// What only reading the packets can tell.
struct PacketCensus {
    /// The stream has one packet only.
    let isSingle: Bool

    init(_ path: FilePath, stream: Int, timeout: Double, logger: Logger?) throws(MediaError) {
        var count = 0
        try Self.packets(path, timeout: timeout, logger: logger) { _, packet in
            if Int(packet.stream_index) == stream { count += 1 }
            return count < 2
        }
        isSingle = count < 2
    }

    /// Seconds from the media's zero to the end of the last packet of `streams`.
    static func duration(
        _ path: FilePath, streams: [Int], timeout: Double, logger: Logger?
    ) throws(MediaError) -> Double {
        var end = 0.0
        var discontinuities: [Int: Discontinuities] = [:]
        try packets(path, timeout: timeout, logger: logger) { container, packet in
            let index = Int(packet.stream_index)
            guard streams.contains(index) else { return true }
            let stream = container.streams[index]
            let timestamp = packet.pts == nr_no_timestamp ? packet.dts : packet.pts
            var length = Double(max(0, packet.duration)) * stream.timeBase.seconds
            if length == 0, stream.isVideo, stream.pointer.pointee.avg_frame_rate.isPositive {
                length = 1 / stream.pointer.pointee.avg_frame_rate.seconds
            }
            let start = discontinuities[index, default: Discontinuities(isAllowed: container.allowsDiscontinuities)]
                .place(container.clock.time(timestamp, stream.timeBase), duration: length)
            end = max(end, start + length)
            return true
        }
        return end
    }

    private static func packets(
        _ path: FilePath, timeout: Double, logger: Logger?, _ visit: (Container, AVPacket) -> Bool
    ) throws(MediaError) {
        let session = try Session(path, timeout: timeout, logger: logger)
        try session.run { () throws(MediaError) in
            guard case .container(let format) = try FileFormat(of: session) else { return }
            let container = try Container(session, format: format, maxPixels: defaultMaxPixels)
            let packet = try Packet()
            while try container.read(into: packet.pointer) {
                defer { packet.clear() }
                session.progressed()
                guard visit(container, packet.pointer.pointee) else { return }
            }
        }
    }
}
