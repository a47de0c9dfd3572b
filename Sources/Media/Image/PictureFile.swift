import CFFmpeg
import CFFmpegSupport

/// A still picture file, read into memory.
struct PictureFile {
    private let session: Session
    private let format: StillFormat
    private let bytes: [UInt8]

    /// Far more than any sensible picture; FFmpeg's packets end at 2 GiB.
    private static let mostBytes = 2_000_000_000

    init(_ session: Session, format: StillFormat) throws(MediaError) {
        guard session.fileSize <= Self.mostBytes else {
            throw .undecodable(reason: "the picture file is larger than 2 GB")
        }
        self.session = session
        self.format = format
        bytes = try session.bytes(at: 0, count: Int(session.fileSize))
    }

    /// Size after orientation, from the headers only.
    func size() throws(MediaError) -> (width: Int, height: Int) {
        let stored: (width: Int, height: Int)
        let orientation: Orientation
        switch format {
        case .jpeg:
            let decoder = JPEGDecoder(bytes)
            (stored, orientation) = (try decoder.size(), decoder.markers.orientation ?? .upright)
        case .avif:
            let items = try AVIFItems(bytes)
            (stored, orientation) = ((items.width, items.height), items.orientation)
        case .ffmpeg(_, let codec):
            let container = PictureContainer(bytes, codec: codec)
            orientation = container.orientation
            if let announced = container.canvas ?? HeaderSize.read(bytes, codec: codec) {
                stored = announced
            } else {
                stored = try announcedSize(codec, container.picture)
            }
        }
        guard stored.width > 0, stored.height > 0 else { throw .undecodable(reason: "its header gives no size") }
        return orientation.swapsSides ? (stored.height, stored.width) : stored
    }

    /// The picture, upright, and what was wrong with the file.
    func decode(maxPixels: Int) throws(MediaError) -> (RGBImage, [MediaIssue]) {
        let decoded: (RGBImage, [MediaIssue])
        switch format {
        case .jpeg: decoded = try JPEGDecoder(bytes).decode(maxPixels: maxPixels)
        case .avif: decoded = try decodeAVIF(maxPixels: maxPixels)
        case .ffmpeg(_, let codec): decoded = try decodeByFFmpeg(codec, maxPixels: maxPixels)
        }
        try session.checkDeadline()
        return decoded
    }

    private func decodeByFFmpeg(_ codec: AVCodecID, maxPixels: Int) throws(MediaError) -> (RGBImage, [MediaIssue]) {
        let container = PictureContainer(bytes, codec: codec)
        if let size = container.canvas ?? HeaderSize.read(bytes, codec: codec) {
            try Self.check(size.width, size.height, maxPixels: maxPixels)
        }
        let (frame, corrupt) = try decode(codec, container.picture, maxPixels: maxPixels)
        let image = container.placed(try PictureConverter.rgb(frame)).turned(container.orientation)
        return (image, Self.issues(isTruncated: container.isTruncated, corrupt: corrupt))
    }

    private func decodeAVIF(maxPixels: Int) throws(MediaError) -> (RGBImage, [MediaIssue]) {
        let items = try AVIFItems(bytes)
        try Self.check(items.width, items.height, maxPixels: maxPixels)
        let (data, isComplete) = items.data(items.primary)
        let (frame, corrupt) = try decode(
            AV_CODEC_ID_AV1, data, extradata: items.primary.configuration, maxPixels: maxPixels)
        if let colour = items.colour {
            frame.pointer.pointee.colorspace = AVColorSpace(UInt32(colour.matrix))
            frame.pointer.pointee.color_range = colour.isFullRange ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG
        }
        var alpha: Frame?
        if let item = items.alpha {
            alpha = try decode(
                AV_CODEC_ID_AV1, items.data(item).bytes, extradata: item.configuration, maxPixels: maxPixels
            ).0
        }
        let image = try PictureConverter.rgb(frame, alpha: alpha).turned(items.orientation)
        return (image, Self.issues(isTruncated: !isComplete, corrupt: corrupt))
    }

    /// Decodes `data` as one packet; the frame, and how many errors there were on the way.
    private func decode(
        _ codec: AVCodecID, _ data: [UInt8], extradata: [UInt8] = [], maxPixels: Int
    ) throws(MediaError) -> (Frame, Int) {
        let decoder = try Decoder(picture: codec, session: session, maxPixels: maxPixels, extradata: extradata)
        let packet = try Packet()
        try packet.fill(data)
        let frame = try Frame()
        try decoder.send(packet.pointer)
        if try decoder.receive(into: frame) { return (frame, decoder.corruptCount) }
        try decoder.send(nil)
        if try decoder.receive(into: frame) { return (frame, decoder.corruptCount) }
        if let refused = refusedSize() {
            throw .tooLarge(width: refused.width, height: refused.height, limit: maxPixels)
        }
        throw .undecodable(reason: "FFmpeg finds no picture in this \(format.codecName) file; it is damaged or cut off")
    }

    /// Lets the decoder read the header and refuses the picture at the moment it asks for memory.
    private func announcedSize(_ codec: AVCodecID, _ data: [UInt8]) throws(MediaError) -> (width: Int, height: Int) {
        do {
            let (frame, _) = try decode(codec, data, maxPixels: 0)
            return (frame.width, frame.height)
        } catch .tooLarge(let width, let height, _) {
            return (width, height)
        }
    }

    private func refusedSize() -> (width: Int, height: Int)? {
        var (width, height): (CInt, CInt) = (0, 0)
        nr_session_refused_size(session.raw, &width, &height)
        return width > 0 ? (Int(width), Int(height)) : nil
    }

    /// FFmpeg allocates no pictures of 2^31 bits and more.
    private static func check(_ width: Int, _ height: Int, maxPixels: Int) throws(MediaError) {
        let limit = min(maxPixels, Int(Int32.max) / 8)
        if width.multipliedReportingOverflow(by: height).overflow || width * height > limit {
            throw .tooLarge(width: width, height: height, limit: limit)
        }
    }

    private static func issues(isTruncated: Bool, corrupt: Int) -> [MediaIssue] {
        if isTruncated { return [.truncated(seconds: 0)] }
        return corrupt > 0 ? [.corrupt(count: corrupt)] : []
    }
}

/// What stands around the coded picture in files that FFmpeg decodes: orientation, animation, a cut-off end.
private struct PictureContainer {
    /// What the decoder is given.
    var picture: [UInt8]
    var orientation: Orientation = .upright
    var isTruncated = false
    private var animation: WebPChunks.Animation?

    init(_ bytes: [UInt8], codec: AVCodecID) {
        picture = bytes
        switch codec {
        case AV_CODEC_ID_PNG:
            let chunks = PNGChunks(bytes)
            orientation = chunks.orientation ?? .upright
            isTruncated = chunks.isTruncated
            picture = chunks.completed(bytes)
        case AV_CODEC_ID_WEBP:
            let chunks = WebPChunks(bytes)
            orientation = chunks.orientation ?? .upright
            isTruncated = chunks.isTruncated
            animation = chunks.animation
            if let animation { picture = animation.picture }
        case AV_CODEC_ID_TIFF:
            orientation = Orientation(exif: bytes[...]) ?? .upright
        default:
            break
        }
    }

    /// The size of the whole picture, where the coded one is only a part of it.
    var canvas: (width: Int, height: Int)? {
        animation.map { ($0.canvasWidth, $0.canvasHeight) }
    }

    /// The picture on its white canvas.
    func placed(_ image: RGBImage) -> RGBImage {
        guard let animation, let canvas, canvas != (image.width, image.height) else { return image }
        var pixels = [UInt8](repeating: 255, count: canvas.width * canvas.height * 3)
        let width = min(image.width, canvas.width - animation.left)
        let height = max(0, min(image.height, canvas.height - animation.top))
        for y in 0..<height where width > 0 {
            let source = y * image.width * 3
            let target = ((y + animation.top) * canvas.width + animation.left) * 3
            pixels.replaceSubrange(target..<target + width * 3, with: image.pixels[source..<source + width * 3])
        }
        return RGBImage(width: canvas.width, height: canvas.height, pixels: pixels)
    }
}
