import CFFmpeg
import CFFmpegSupport

/// Owns an AVPacket that is filled again and again.
final class Packet {
    let pointer: UnsafeMutablePointer<AVPacket>

    init() throws(MediaError) {
        guard let packet = av_packet_alloc() else { throw .outOfMemory }
        pointer = packet
    }

    deinit {
        var packet: UnsafeMutablePointer<AVPacket>? = pointer
        av_packet_free(&packet)
    }

    func clear() { av_packet_unref(pointer) }

    /// Fills the packet with a copy of `bytes`, padded as decoders need it.
    func fill(_ bytes: some Collection<UInt8>) throws(MediaError) {
        guard let size = CInt(exactly: bytes.count), av_new_packet(pointer, size) >= 0 else { throw .outOfMemory }
        _ = UnsafeMutableBufferPointer(start: pointer.pointee.data, count: bytes.count).initialize(from: bytes)
        pointer.pointee.flags |= AV_PKT_FLAG_KEY
    }
}

/// Owns an AVFrame that is filled again and again.
final class Frame {
    let pointer: UnsafeMutablePointer<AVFrame>

    init() throws(MediaError) {
        guard let frame = av_frame_alloc() else { throw .outOfMemory }
        pointer = frame
    }

    deinit {
        var frame: UnsafeMutablePointer<AVFrame>? = pointer
        av_frame_free(&frame)
    }

    var width: Int { Int(pointer.pointee.width) }
    var height: Int { Int(pointer.pointee.height) }
}

/// One opened codec: packets in, frames out. Knows neither containers nor clocks.
final class Decoder {
    private let context: UnsafeMutablePointer<AVCodecContext>
    private let session: Session
    /// Packets that could not be decoded and frames decoded with errors.
    private(set) var corruptCount = 0

    /// A decoder for a container's stream.
    convenience init(_ stream: Stream, session: Session, threads: Int) throws(MediaError) {
        guard let codec = avcodec_find_decoder(stream.parameters.codec_id) else {
            throw .unsupportedCodec(name: stream.codecName, stream: stream.index)
        }
        try self.init(codec, session: session)
        context.pointee.max_pixels = Int64(defaultMaxPixels)
        let status = avcodec_parameters_to_context(context, stream.pointer.pointee.codecpar)
        guard status >= 0 else { throw .undecodable(reason: ffmpegMessage(status)) }
        context.pointee.pkt_timebase = stream.timeBase
        context.pointee.thread_count = CInt(threads)
        try open(codec)
    }

    /// A decoder for pictures that stand alone. `extradata` is the codec's configuration, if the file has one apart.
    convenience init(
        picture codecID: AVCodecID, session: Session, maxPixels: Int, extradata: [UInt8] = []
    ) throws(MediaError) {
        guard let codec = avcodec_find_decoder(codecID) else {
            throw .unsupportedCodec(name: String(cString: avcodec_get_name(codecID)), stream: 0)
        }
        try self.init(codec, session: session)
        nr_session_limit_picture(session.raw, context, Int64(maxPixels))
        context.pointee.thread_count = 1
        if !extradata.isEmpty {
            let padded = extradata.count + Int(AV_INPUT_BUFFER_PADDING_SIZE)
            guard let copy = av_mallocz(padded) else { throw .outOfMemory }
            copy.copyMemory(from: extradata, byteCount: extradata.count)
            context.pointee.extradata = copy.assumingMemoryBound(to: UInt8.self)
            context.pointee.extradata_size = CInt(extradata.count)
        }
        try open(codec)
    }

    private init(_ codec: UnsafePointer<AVCodec>, session: Session) throws(MediaError) {
        guard let context = avcodec_alloc_context3(codec) else { throw .outOfMemory }
        self.context = context
        self.session = session
        nr_session_attach(session.raw, context)
    }

    private func open(_ codec: UnsafePointer<AVCodec>) throws(MediaError) {
        let status = avcodec_open2(context, codec, nil)
        guard status >= 0 else {
            let name = String(cString: codec.pointee.name)
            throw session.failure(
                status, otherwise: .undecodable(reason: "the \(name) decoder refuses it (\(ffmpegMessage(status)))"))
        }
    }

    deinit {
        var context: UnsafeMutablePointer<AVCodecContext>? = context
        avcodec_free_context(&context)
    }

    /// Gives the decoder a packet, or nil for the end. A packet it cannot use is counted and left out. Frames must
    /// have been taken until none came.
    func send(_ packet: UnsafeMutablePointer<AVPacket>?) throws(MediaError) {
        try check(avcodec_send_packet(context, packet))
    }

    /// The next frame; false: the decoder wants another packet or, after the end was sent, has no more.
    func receive(into frame: Frame) throws(MediaError) -> Bool {
        var failures = 0
        while true {
            let status = avcodec_receive_frame(context, frame.pointer)
            if status >= 0 {
                if nr_frame_is_corrupt(frame.pointer) { corruptCount += 1 }
                session.progressed()
                return true
            }
            if status == nr_error_again || status == nr_error_eof { return false }
            try check(status)
            try session.checkDeadline()
            failures += 1
            // No decoder reports that many failures without a packet in between.
            if failures > 64 { return false }
        }
    }

    /// Starts anew, after a seek.
    func flush() {
        avcodec_flush_buffers(context)
        corruptCount = 0
    }

    private func check(_ status: CInt) throws(MediaError) {
        guard status < 0, status != nr_error_eof, status != nr_error_again else { return }
        if status == nr_error_no_memory { throw .outOfMemory }
        corruptCount += 1
    }
}
