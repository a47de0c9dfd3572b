import CFFmpeg
import CFFmpegSupport

/// What a file is, by its content alone: the same bytes under another name are the same media.
enum FileFormat {
    case still(StillFormat)
    case container(UnsafePointer<AVInputFormat>)

    init(of session: Session) throws(MediaError) {
        let head = try session.bytes(at: 0, count: 64)
        if head.starts(with: [0xFF, 0xD8, 0xFF]) {
            self = .still(.jpeg)
            return
        }
        if let heif = HEIFBrand(fileTypeBox: head) {
            guard heif == .avif else { throw .unsupportedCodec(name: "heif", stream: 0) }
            if try AVIFItems.hasPrimaryItem(session) {
                self = .still(.avif)
                return
            }
        }
        let format = try Self.probe(session)
        let name = String(cString: format.pointee.name)
        if Self.refused.contains(name) || format.pointee.flags & AVFMT_NOFILE != 0 { throw .notMedia }
        if let codec = StillFormat.codec(ofFormat: name) {
            self = .still(.ffmpeg(format: name, codec: codec))
        } else if name.hasSuffix("_pipe") {
            throw .unsupportedCodec(name: String(name.dropLast(5)), stream: 0)
        } else {
            self = .container(format)
        }
    }

    /// Playlists and session descriptions lead to other files or to the network; the rest is text drawn as a picture.
    private static let refused: Set<String> = [
        "hls", "concat", "dash", "imf", "webm_dash_manifest", "sdp", "rtsp", "rtp", "sap", "image2", "ffmetadata",
        "tty", "bin", "xbin", "adf", "idf", "svg_pipe", "txd", "lavfi",
    ]

    /// Below this FFmpeg itself warns of misdetection: a few bytes of noise that look like a frame header.
    private static let leastScore: CInt = 5

    private static func probe(_ session: Session) throws(MediaError) -> UnsafePointer<AVInputFormat> {
        guard let io = nr_io_open(session.raw) else { throw .outOfMemory }
        defer { nr_io_free(io) }
        var format: UnsafePointer<AVInputFormat>?
        let score = av_probe_input_buffer2(io, &format, nil, nil, 0, 0)
        if score < 0 { throw session.failure(score, otherwise: .notMedia) }
        guard score >= leastScore, let format else { throw .notMedia }
        return format
    }
}

/// The family of a file that begins with an ISO media "ftyp" box naming a still picture format.
enum HEIFBrand {
    case avif, other

    /// `head`: the first 64 bytes; later compatible brands are of no interest.
    init?(fileTypeBox head: [UInt8]) {
        guard head.count >= 16, head[4..<8].elementsEqual("ftyp".utf8) else { return nil }
        let size = head[0..<4].reduce(0) { $0 << 8 | Int($1) }
        let end = max(16, min(size, head.count) & ~3)
        let brands = ([8] + stride(from: 16, to: end, by: 4)).map { String(decoding: head[$0..<$0 + 4], as: UTF8.self) }
        if brands.contains(where: { $0 == "avif" || $0 == "avis" }) {
            self = .avif
        } else if ["mif1", "msf1", "heic", "heix", "heim", "heis", "hevc", "hevx"].contains(brands[0]) {
            self = .other
        } else {
            return nil
        }
    }
}
