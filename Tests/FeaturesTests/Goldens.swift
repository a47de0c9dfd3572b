import Foundation

/// What transformers and torchvision gave; written by Tests/Fixtures/features/make.py.
struct Goldens: Decodable {
    struct Mel: Decodable {
        var lengths: [Int]
        var frames: [Int]
        var file: String
    }

    struct Resize: Decodable {
        var from: [Int]
        var to: [Int]
        var file: String
    }

    struct Patches: Decodable {
        var size: [Int]
        var frames: Int
        var budget: [Int]
        var mean: [Float]
        var standardDeviation: [Float]
        var grid: [Int]
        var file: String
    }

    struct Size: Decodable {
        var from: [Int]
        var budget: [Int]
        var to: [Int]?
    }

    struct FrameIndices: Decodable {
        var frameRate: [Int]
        var total: Int
        var rate: Double
        var indices: [Int]
    }

    var logMel: [Mel]
    var resizes: [Resize]
    var patches: [Patches]
    var sizes: [Size]
    var frameIndices: [FrameIndices]
    /// Pairs of log-mel frames and tokens.
    var audioTokens: [[Int]]

    static func load() throws -> Goldens {
        try JSONDecoder().decode(Goldens.self, from: Data(bytes(of: "goldens.json")))
    }

    static func bytes(of file: String) throws -> [UInt8] {
        let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Fixtures/features")
        return try [UInt8](Data(contentsOf: fixtures.appendingPathComponent(file)))
    }

    static func floats(of file: String) throws -> [Float] {
        try bytes(of: file).withUnsafeBytes { bytes in
            (0..<bytes.count / 4).map {
                Float(bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 4 * $0, as: UInt32.self)))
            }
        }
    }
}
