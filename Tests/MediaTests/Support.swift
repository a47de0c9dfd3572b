import Foundation
import Media
import SystemPackage
import Testing

/// A directory that goes away with the test.
final class Scratch {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appendingPathComponent("media-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    func path(_ name: String) -> FilePath { FilePath(url.path).appending(name) }

    @discardableResult
    func write(_ bytes: [UInt8], to name: String) throws -> FilePath {
        try Data(bytes).write(to: url.appendingPathComponent(name))
        return path(name)
    }

    func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: url.appendingPathComponent(name)))
    }

    /// Runs ffmpeg in the directory; the last argument is the file it makes.
    @discardableResult
    func ffmpeg(_ arguments: String...) throws -> FilePath {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["ffmpeg", "-v", "error", "-nostdin", "-y"] + arguments
        process.currentDirectoryURL = url
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "ffmpeg \(arguments.joined(separator: " "))")
        return path(arguments.last ?? "")
    }

    /// Writes RGB pixels as a file of any kind ffmpeg can write.
    @discardableResult
    func encode(_ image: RGBImage, _ arguments: [String] = [], as name: String) throws -> FilePath {
        try write(image.pixels, to: "pixels.rgb")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments =
            ["ffmpeg", "-v", "error", "-nostdin", "-y", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s"]
            + ["\(image.width)x\(image.height)", "-i", "pixels.rgb", "-frames:v", "1"] + arguments + [name]
        process.currentDirectoryURL = url
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        return path(name)
    }
}

enum Fixture {
    static func path(_ name: String, _ file: String = #filePath) -> FilePath {
        FilePath(file).removingLastComponent().removingLastComponent().appending("Fixtures/media").appending(name)
    }
}

extension RGBImage {
    struct Pixel: Equatable, CustomStringConvertible {
        var red: Int
        var green: Int
        var blue: Int

        init(_ red: Int, _ green: Int, _ blue: Int) { (self.red, self.green, self.blue) = (red, green, blue) }

        var description: String { "(\(red), \(green), \(blue))" }

        func isClose(to other: Pixel, within distance: Int = 24) -> Bool {
            max(abs(red - other.red), abs(green - other.green), abs(blue - other.blue)) <= distance
        }
    }

    subscript(x: Int, y: Int) -> Pixel {
        let offset = (y * width + x) * 3
        return Pixel(Int(pixels[offset]), Int(pixels[offset + 1]), Int(pixels[offset + 2]))
    }

    init(width: Int, height: Int, _ pixel: (Int, Int) -> Pixel) {
        var pixels: [UInt8] = []
        for y in 0..<height {
            for x in 0..<width {
                let value = pixel(x, y)
                pixels += [UInt8(value.red), UInt8(value.green), UInt8(value.blue)]
            }
        }
        self.init(width: width, height: height, pixels: pixels)
    }

    static let red = Pixel(220, 0, 0)
    static let green = Pixel(0, 160, 0)
    static let blue = Pixel(0, 0, 220)

    /// A red edge on top, a blue block at the lower left, green elsewhere; 64 x 48.
    static let marked = RGBImage(width: 64, height: 48) { x, y in
        y < 16 ? red : (x < 16 && y >= 32 ? blue : green)
    }

    var looksMarked: Bool {
        self.width == 64 && height == 48 && self[32, 6].isClose(to: Self.red) && self[4, 6].isClose(to: Self.red)
            && self[6, 40].isClose(to: Self.blue) && self[40, 40].isClose(to: Self.green)
            && self[6, 24].isClose(to: Self.green)
    }
}

/// All samples of a file, read in pieces of an odd length.
func samples(of path: FilePath, piece: Int = 4999) throws -> (samples: [Float], reader: AudioReader) {
    let reader = try AudioReader(path)
    var all: [Float] = []
    while true {
        let next = try reader.read(from: all.count, count: piece)
        if next.isEmpty { return (all, reader) }
        all += next
    }
}

/// Root mean square of the samples between two seconds.
func level(_ samples: [Float], _ from: Double, _ to: Double) -> Float {
    let part = samples[Int(from * 16_000)..<min(samples.count, Int(to * 16_000))]
    return (part.reduce(0) { $0 + $1 * $1 } / Float(max(1, part.count))).squareRoot()
}
