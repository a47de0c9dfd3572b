import Foundation
import Media
import SystemPackage
import Testing

@Suite struct OrientationTests {
    /// What a camera held so would store, by the words of the EXIF standard: which visible side the first stored row
    /// and the first stored column are.
    private func stored(_ upright: RGBImage, orientation: Int) -> RGBImage {
        let (width, height) = (upright.width, upright.height)
        let isSideways = orientation >= 5
        return RGBImage(width: isSideways ? height : width, height: isSideways ? width : height) { column, row in
            switch orientation {
            case 1: upright[column, row]  // top, left
            case 2: upright[width - 1 - column, row]  // top, right
            case 3: upright[width - 1 - column, height - 1 - row]  // bottom, right
            case 4: upright[column, height - 1 - row]  // bottom, left
            case 5: upright[row, column]  // left, top
            case 6: upright[width - 1 - row, column]  // right, top
            case 7: upright[width - 1 - row, height - 1 - column]  // right, bottom
            default: upright[row, height - 1 - column]  // left, bottom
            }
        }
    }

    /// An EXIF block whose only tag is the orientation, in either byte order.
    private func exif(_ orientation: Int, isLittle: Bool) -> [UInt8] {
        let value = UInt8(orientation)
        return isLittle
            ? [0x49, 0x49, 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, value, 0, 0, 0, 0, 0, 0, 0]
            : [0x4D, 0x4D, 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, value, 0, 0, 0, 0, 0, 0]
    }

    private func bigEndian(_ value: Int, _ count: Int) -> [UInt8] {
        (0..<count).reversed().map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    }

    private func insertIntoJPEG(_ block: [UInt8], _ file: [UInt8]) -> [UInt8] {
        let body = Array("Exif\0\0".utf8) + block
        return Array(file[..<2]) + [0xFF, 0xE1] + bigEndian(body.count + 2, 2) + body + file[2...]
    }

    private func insertIntoPNG(_ block: [UInt8], _ file: [UInt8]) -> [UInt8] {
        let end = 8 + 12 + 13
        return Array(file[..<end]) + bigEndian(block.count, 4) + Array("eXIf".utf8) + block + [0, 0, 0, 0]
            + file[end...]
    }

    private func insertIntoWebP(_ block: [UInt8], _ file: [UInt8], _ image: RGBImage) -> [UInt8] {
        func littleEndian(_ value: Int, _ count: Int) -> [UInt8] { bigEndian(value, count).reversed() }
        let coded = file.firstRange(of: Array("VP8L".utf8)).map { file[$0.lowerBound...] } ?? []
        let header =
            Array("VP8X".utf8) + littleEndian(10, 4) + [8, 0, 0, 0] + littleEndian(image.width - 1, 3)
            + littleEndian(image.height - 1, 3)
        let content =
            Array("WEBP".utf8) + header + coded + Array("EXIF".utf8) + littleEndian(block.count, 4) + block
        return Array("RIFF".utf8) + littleEndian(content.count, 4) + content
    }

    @Test("a picture with any EXIF orientation stands upright, red edge on top", arguments: 1...8)
    func exifOrientations(orientation: Int) throws {
        let scratch = try Scratch()
        let picture = stored(.marked, orientation: orientation)
        let block = exif(orientation, isLittle: orientation % 2 == 0)

        try scratch.encode(picture, as: "plain.png")
        let png = try scratch.write(insertIntoPNG(block, try scratch.bytes("plain.png")), to: "turned.png")
        let isPNGExact = try StillImage.decode(png).image == .marked
        #expect(isPNGExact)
        let info = try MediaProbe.probe(png)
        #expect(info.video?.width == 64 && info.video?.height == 48)

        try scratch.encode(picture, ["-q:v", "2"], as: "plain.jpg")
        let jpeg = try scratch.write(insertIntoJPEG(block, try scratch.bytes("plain.jpg")), to: "turned.jpg")
        let decoded = try StillImage.decode(jpeg)
        let isUpright = decoded.image.looksMarked
        #expect(isUpright)
        #expect(decoded.issues.isEmpty)
        #expect(try MediaProbe.probe(jpeg).video?.width == 64)

        try scratch.encode(picture, ["-c:v", "libwebp", "-lossless", "1"], as: "plain.webp")
        let webp = try scratch.write(
            insertIntoWebP(block, try scratch.bytes("plain.webp"), picture), to: "turned.webp")
        let isWebPExact = try StillImage.decode(webp).image == .marked
        #expect(isWebPExact)
    }

    @Test("orientation in a TIFF tag and in AVIF transformations is applied")
    func fixtures() throws {
        let isTIFFExact = try StillImage.decode(Fixture.path("turned.tif")).image == .marked
        #expect(isTIFFExact)
        let isAVIFUpright = try StillImage.decode(Fixture.path("turned.avif")).image.looksMarked
        #expect(isAVIFUpright)
        #expect(try MediaProbe.probe(Fixture.path("turned.avif")).video?.width == 64)
    }

    @Test(
        "broken EXIF is ignored",
        arguments: [
            [], [0x49], Array("II*\0".utf8), Array("II*\0\u{FF}\0\0\0".utf8),
            // An orientation of 9, and a directory that claims more entries than there are.
            [0x49, 0x49, 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 9, 0, 0, 0],
            [0x49, 0x49, 42, 0, 8, 0, 0, 0, 255, 255, 0, 1, 3, 0],
        ] as [[UInt8]])
    func brokenExif(block: [UInt8]) throws {
        let scratch = try Scratch()
        try scratch.encode(.marked, ["-q:v", "2"], as: "plain.jpg")
        let path = try scratch.write(insertIntoJPEG(block, try scratch.bytes("plain.jpg")), to: "broken.jpg")
        let isUpright = try StillImage.decode(path).image.looksMarked
        #expect(isUpright)
    }

    @Test(
        "a film is turned by its display matrix",
        arguments: [
            ("null", [1, 0, 0, 1]), ("hflip", [-1, 0, 0, 1]), ("vflip", [1, 0, 0, -1]),
            ("hflip,vflip", [-1, 0, 0, -1]),
            // A phone held upright: its picture, stored lying on its left side, is to be turned clockwise.
            ("transpose=cclock", [0, 1, -1, 0]), ("transpose=clock", [0, -1, 1, 0]),
        ])
    func displayMatrix(filter: String, matrix: [Int]) throws {
        let scratch = try Scratch()
        try scratch.encode(.marked, as: "marked.png")
        try scratch.ffmpeg(
            "-loop", "1", "-i", "marked.png", "-frames:v", "5", "-vf", filter, "-pix_fmt", "yuv420p", "-crf", "10",
            "flat.mp4")
        var bytes = try scratch.bytes("flat.mp4")
        // ISO/IEC 14496-12, 8.3.2: the matrix stands 44 bytes behind the name of the track header box.
        let header = try #require(bytes.firstRange(of: Array("tkhd".utf8))).lowerBound + 44
        for (place, value) in zip([0, 1, 3, 4], matrix) {
            bytes.replaceSubrange(header + place * 4..<header + place * 4 + 4, with: bigEndian(value << 16, 4))
        }
        let reader = try VideoFrameReader(try scratch.write(bytes, to: "turned.mp4"))
        let isUpright = try #require(try reader.frame(at: 0)).image.looksMarked
        #expect(isUpright)
        #expect(reader.info.video?.width == 64 && reader.info.video?.height == 48)
    }
}
