import Foundation
import Media
import SystemPackage
import Testing

@Suite struct StillImageTests {
    @Test(
        "lossless formats give the very pixels that were written",
        arguments: ["a.png", "a.bmp", "a.tiff", "a.gif", "a.webp", "a.ppm"])
    func lossless(name: String) throws {
        let scratch = try Scratch()
        let arguments = name.hasSuffix("webp") ? ["-c:v", "libwebp", "-lossless", "1"] : []
        let path =
            name.hasSuffix("gif")
            ? try gif(scratch, name) : try scratch.encode(.marked, arguments, as: name)
        let still = try StillImage.decode(path)
        let isExact = still.image == .marked
        #expect(isExact)
        #expect(still.issues.isEmpty)
        let info = try MediaProbe.probe(path)
        #expect(info.kind == .image)
        #expect(info.duration == 0)
        #expect(info.video?.width == 64 && info.video?.height == 48)
        #expect(info.audio == nil)
    }

    private func gif(_ scratch: Scratch, _ name: String) throws -> FilePath {
        try scratch.encode(
            .marked, ["-vf", "split[a][b];[a]palettegen[p];[b][p]paletteuse=dither=none"], as: name)
    }

    @Test("of an animation the first picture is taken")
    func animation() throws {
        let scratch = try Scratch()
        let path = try scratch.ffmpeg(
            "-f", "lavfi", "-i", "color=red:s=32x32:d=1:r=2[a];color=blue:s=32x32:d=1:r=2[b];[a][b]concat", "moving.gif"
        )
        #expect(try MediaProbe.probe(path).kind == .image)
        #expect(try StillImage.decode(path).image[5, 5].isClose(to: .init(255, 0, 0)))
        let isExact = try StillImage.decode(Fixture.path("animated.webp")).image == .marked
        #expect(isExact)
    }

    @Test("16-bit channels keep their upper 8 bits")
    func deepPNG() throws {
        let scratch = try Scratch()
        let values: [UInt16] = [0, 255, 256, 0x80FF, 0xFF00, 0xFFFF]
        try scratch.write(values.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] }, to: "deep.raw")
        for (format, size) in [("rgb48be", "2x1"), ("gray16be", "6x1")] {
            let path = try scratch.ffmpeg(
                "-f", "rawvideo", "-pix_fmt", format, "-s", size, "-i", "deep.raw", "-frames:v", "1", "\(format).png")
            let pixels = try StillImage.decode(path).image.pixels
            let expected = values.map { UInt8($0 >> 8) }
            #expect(pixels == (format == "rgb48be" ? expected : expected.flatMap { [$0, $0, $0] }))
        }
    }

    @Test("grey and black-and-white pictures become equal red, green and blue")
    func grey() throws {
        let scratch = try Scratch()
        try scratch.write((0..<16).map { $0 * 17 }, to: "grey.raw")
        for format in ["gray", "monob"] {
            let path = try scratch.ffmpeg(
                "-f", "rawvideo", "-pix_fmt", "gray", "-s", "16x1", "-i", "grey.raw", "-frames:v", "1", "-pix_fmt",
                format, "-sws_dither", "none", "\(format).png")
            let image = try StillImage.decode(path).image
            #expect((0..<16).allSatisfy { image[$0, 0].red == image[$0, 0].green })
            #expect((0..<16).allSatisfy { image[$0, 0].red == image[$0, 0].blue })
            if format == "gray" { #expect((0..<16).allSatisfy { image[$0, 0].red == $0 * 17 }) }
            if format == "monob" { #expect(image[0, 0].red == 0 && image[15, 0].red == 255) }
        }
    }

    @Test("alpha is composited on white to the nearest value")
    func alpha() throws {
        let scratch = try Scratch()
        var pixels: [UInt8] = []
        for alpha in 0..<256 { pixels += [200, 30, 0, UInt8(alpha)] }
        try scratch.write(pixels, to: "glass.raw")
        let path = try scratch.ffmpeg(
            "-f", "rawvideo", "-pix_fmt", "rgba", "-s", "256x1", "-i", "glass.raw", "-frames:v", "1", "glass.png")
        let image = try StillImage.decode(path).image
        for alpha in 0..<256 {
            func mixed(_ value: Double) -> Int {
                Int((value * Double(alpha) / 255 + 255 * (1 - Double(alpha) / 255)).rounded())
            }
            #expect(image[alpha, 0] == .init(mixed(200), mixed(30), mixed(0)))
        }
        let avif = try StillImage.decode(Fixture.path("glass.avif")).image
        #expect(avif[30, 5].isClose(to: RGBImage.red))
        #expect(avif[30, 40] == .init(255, 255, 255))
    }

    @Test("palette entries with transparency turn white")
    func palette() throws {
        let scratch = try Scratch()
        // Left half: entry 3, blue; right half: entry 7, wholly transparent red. Entries are BGRA.
        var raw = (0..<256).map { UInt8($0 % 16 < 8 ? 3 : 7) } + [UInt8](repeating: 0, count: 1024)
        raw.replaceSubrange(256 + 12..<256 + 16, with: [250, 0, 0, 255])
        raw.replaceSubrange(256 + 28..<256 + 32, with: [0, 0, 250, 0])
        try scratch.write(raw, to: "palette.raw")
        let path = try scratch.ffmpeg(
            "-f", "rawvideo", "-pix_fmt", "pal8", "-s", "16x16", "-i", "palette.raw", "-frames:v", "1", "palette.png")
        let image = try StillImage.decode(path).image
        #expect(image[12, 8] == .init(255, 255, 255))
        #expect(image[3, 8] == .init(0, 0, 250))
    }

    @Test("a CMYK JPEG becomes what Pillow makes of it")
    func cmyk() throws {
        let ink = try StillImage.decode(Fixture.path("cmyk.jpg"))
        let isEqual = ink.image == (try StillImage.decode(Fixture.path("cmyk.png")).image)
        #expect(isEqual)
        #expect(ink.issues.isEmpty)
    }

    @Test("a picture larger than the limit is refused by its header")
    func tooLarge() throws {
        let scratch = try Scratch()
        // The header of a PNG of 30000 x 30000; there is nothing behind it.
        var header: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 13, 10, 26, 10, 0, 0, 0, 13] + Array("IHDR".utf8)
        header += [0, 0, 0x75, 0x30, 0, 0, 0x75, 0x30, 8, 2, 0, 0, 0, 0, 0, 0, 0]
        header += [0, 0, 0, 4] + Array("IDAT".utf8) + [0x78, 0x9C, 0, 0, 0, 0, 0, 0]
        let path = try scratch.write(header, to: "huge.png")
        #expect(throws: MediaError.tooLarge(width: 30_000, height: 30_000, limit: 268_435_455)) {
            try StillImage.decode(path)
        }
        for name in ["a.jpg", "a.png", "a.webp", "a.gif", "a.bmp", "a.tiff"] {
            let small = try scratch.encode(.marked, as: name)
            #expect(throws: MediaError.tooLarge(width: 64, height: 48, limit: 3071)) {
                try StillImage.decode(small, maxPixels: 3071)
            }
            #expect(try StillImage.decode(small, maxPixels: 3072).image.width == 64)
        }
        #expect(throws: MediaError.tooLarge(width: 48, height: 64, limit: 100)) {
            try StillImage.decode(Fixture.path("turned.avif"), maxPixels: 100)
        }
    }

    @Test("a truncated picture is used as far as it goes and flagged", arguments: ["cut.jpg", "cut.png"])
    func truncated(name: String) throws {
        let scratch = try Scratch()
        // Noise, so that the file's length grows evenly with the rows.
        var random = SystemRandomNumberGenerator()
        let noise = RGBImage(width: 128, height: 128) { _, y in
            .init(
                y < 64 ? 200 + Int.random(in: 0..<40, using: &random) : Int.random(in: 0..<40, using: &random), 90, 90)
        }
        try scratch.encode(noise, as: "whole\(name.suffix(4))")
        let whole = try scratch.bytes("whole\(name.suffix(4))")
        let path = try scratch.write(Array(whole[..<(whole.count * 3 / 4)]), to: name)
        let still = try StillImage.decode(path)
        #expect(still.issues == [.truncated(seconds: 0)])
        #expect(still.image.width == 128 && still.image.height == 128)
        #expect(still.image[64, 20].red > 150)
        let header = try scratch.write(Array(whole[..<20]), to: "header\(name.suffix(4))")
        #expect(throws: MediaError.self) { try StillImage.decode(header) }
    }

    @Test("a film's first frame serves as its picture, a sound has none")
    func otherKinds() throws {
        let scratch = try Scratch()
        let film = try scratch.ffmpeg("-f", "lavfi", "-i", "color=blue:s=32x32:d=1", "film.mp4")
        #expect(try StillImage.decode(film).image[9, 9].isClose(to: .init(0, 0, 255)))
        let sound = try scratch.ffmpeg("-f", "lavfi", "-i", "sine=d=0.2", "sound.wav")
        #expect(throws: MediaError.noVideo) { try StillImage.decode(sound) }
    }
}
