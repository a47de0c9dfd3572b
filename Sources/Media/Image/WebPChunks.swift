/// The RIFF chunks of a WebP file (WebP container specification): orientation, and the first picture of an animation,
/// which FFmpeg's decoder does not read.
struct WebPChunks {
    /// The first picture of an animation, as a WebP file of its own, and its place on the canvas.
    struct Animation {
        var canvasWidth: Int
        var canvasHeight: Int
        var left: Int
        var top: Int
        var picture: [UInt8]
    }

    private(set) var orientation: Orientation?
    private(set) var animation: Animation?
    /// The file is shorter than its header says.
    let isTruncated: Bool

    init(_ bytes: [UInt8]) {
        isTruncated = (bytes.littleEndian(at: 4, bytes: 4) ?? 0) + 8 > bytes.count
        var canvas = (width: 0, height: 0)
        for chunk in Chunks(bytes: bytes[...], position: 12) {
            let body = chunk.body
            switch chunk.name {
            case "VP8X":
                guard let width = body.littleEndian(at: body.startIndex + 4, bytes: 3),
                    let height = body.littleEndian(at: body.startIndex + 7, bytes: 3)
                else { continue }
                canvas = (width + 1, height + 1)
            case "EXIF" where orientation == nil:
                orientation = Orientation(exif: body)
            case "ANMF" where animation == nil:
                animation = Self.firstPicture(body, canvas: canvas)
            default:
                continue
            }
        }
    }

    private static func firstPicture(_ body: ArraySlice<UInt8>, canvas: (width: Int, height: Int)) -> Animation? {
        let start = body.startIndex
        guard let left = body.littleEndian(at: start, bytes: 3), let top = body.littleEndian(at: start + 3, bytes: 3),
            body.count > 16, canvas.width > 0
        else { return nil }
        let parts = Chunks(bytes: body, position: start + 16).filter { ["ALPH", "VP8 ", "VP8L"].contains($0.name) }
        var content: [UInt8] = []
        if parts.contains(where: { $0.name == "ALPH" }) {
            // An alpha plane is only read behind an extended header that announces it (flag 0x10).
            content += Array("VP8X".utf8) + [10, 0, 0, 0, 0x10, 0, 0, 0] + body[start + 6..<start + 12]
        }
        for part in parts { content += part.header + part.body + (part.body.count % 2 == 0 ? [] : [0]) }
        let size = content.count + 4
        let riff = (0..<4).map { UInt8(truncatingIfNeeded: size >> ($0 * 8)) }
        return Animation(
            canvasWidth: canvas.width, canvasHeight: canvas.height, left: left * 2, top: top * 2,
            picture: Array("RIFF".utf8) + riff + Array("WEBP".utf8) + content)
    }

    private struct Chunk {
        var name: String
        var header: ArraySlice<UInt8>
        var body: ArraySlice<UInt8>
    }

    /// Chunks from `position` on; the last one may be cut short by the end.
    private struct Chunks: Sequence, IteratorProtocol {
        let bytes: ArraySlice<UInt8>
        var position: Int

        mutating func next() -> Chunk? {
            guard let size = bytes.littleEndian(at: position + 4, bytes: 4) else { return nil }
            let begin = position + 8
            let end = Swift.min(begin + size, bytes.endIndex)
            defer { position = begin + size + size % 2 }
            return Chunk(
                name: String(decoding: bytes[position..<position + 4], as: UTF8.self),
                header: bytes[position..<begin], body: bytes[begin..<end])
        }
    }
}
