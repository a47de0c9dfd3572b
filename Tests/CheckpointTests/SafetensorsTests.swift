import Foundation
import SystemPackage
import Testing

@testable import Checkpoint

@Suite("Safetensors")
struct SafetensorsTests {
    let directory = try! TemporaryDirectory()

    @Test("values come back in every floating format, and INT8 unscaled")
    func values() throws {
        let numbers: [Float] = [0, -0.5, 1.5, 100]
        var builder = SafetensorsBuilder()
        for type in ["F32", "BF16", "F16"] { builder.add(type, type, [2, 2], encoded(numbers, as: type)) }
        builder.add("codes", "I8", [3], [0, 127, 129])
        builder.add("bytes", "U8", [1], [9])
        let path = try directory.write(builder.bytes, to: "one.safetensors")
        let checkpoint = try Checkpoint(path)
        for type in ["F32", "BF16", "F16"] { #expect(try checkpoint.tensor(type, shape: [2, 2]).floats() == numbers) }
        #expect(try checkpoint.tensor("codes").floats() == [0, 127, -127])
        #expect(throws: CheckpointError.self) { try checkpoint.tensor("bytes").floats() }
        #expect(checkpoint.tensorNames == ["BF16", "F16", "F32", "bytes", "codes"])
    }

    @Test("every 16-bit half is the Float that the compiler makes of it")
    func halves() {
        for bits in UInt16.min...UInt16.max {
            let expected = Float(Float16(bitPattern: bits))
            let found = HalfFloat.float(bits)
            #expect(expected.isNaN ? found.isNaN : found.bitPattern == expected.bitPattern)
        }
    }

    @Test("a missing tensor and a wrong shape name the place, and the shapes")
    func errorsNameThePlace() throws {
        var builder = SafetensorsBuilder()
        builder.add("a", "U8", [2, 3], [UInt8](repeating: 0, count: 6))
        try directory.write(builder.bytes, to: "model.safetensors")
        let checkpoint = try Checkpoint(directory.path)
        #expect(throws: CheckpointError.missingTensor(name: "b", path: directory.path.string)) {
            try checkpoint.tensor("b")
        }
        let file = directory.file("model.safetensors").string
        let error = CheckpointError.wrongShape(name: "a", expected: [3, 2], found: [2, 3], path: file)
        #expect(throws: error) { try checkpoint.tensor("a", shape: [3, 2]) }
        for part in [file, "[3, 2]", "[2, 3]"] { #expect(error.description.contains(part)) }
    }

    static let hostile: [(header: String, data: Int, reason: String)] = [
        ("[]", 0, "'{' expected"),
        ("{", 0, "ends in the middle"),
        ("{\"a\":1}", 0, "'{' expected"),
        ("{} {}", 0, "more after the end"),
        ("{\"a\":{\"dtype\":\"U8\",\"shape\":[1]}}", 1, "needs dtype"),
        ("{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0]}}", 1, "two data_offsets"),
        ("{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1,2]}}", 1, "more than 2 numbers"),
        ("{\"a\":{\"dtype\":\"U8\",\"shape\":[-1],\"data_offsets\":[0,1]}}", 1, "whole number"),
        ("{\"a\":{\"dtype\":\"U8\",\"shape\":[1.0],\"data_offsets\":[0,1]}}", 1, "whole number"),
        ("{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[1,0]}}", 1, "ends before it begins"),
        ("{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,99999999999999999999]}}", 1, "beyond"),
        (
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,0]}}", 0,
            "larger than any memory"
        ),
        ("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}", 4, "needs 8 bytes"),
        (
            "{\"a\":{\"dtype\":\"U8\",\"shape\":[9223372036854775807],"
                + "\"data_offsets\":[0,9223372036854775807]}}", 0, "beyond any file"
        ),
        ("{\"a\":{\"dtype\":\"U8\",\"shape\":[9],\"data_offsets\":[0,9]}}", 8, "ends early"),
        ("{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}", 2, "after the last tensor"),
        ("{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[1,2]}}", 2, "belong to no tensor"),
        (
            "{\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]},"
                + "\"b\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[1,3]}}", 3, "overlaps"
        ),
        (
            "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]},"
                + "\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[1,2]}}", 2, "stands there twice"
        ),
        ("{\"__metadata__\":{},\"__metadata__\":{}}", 0, "stands there twice"),
        ("{\"__metadata__\":{\"a\":1}}", 0, "'\"' expected"),
        ("{\"a\":{\"dtype\":\"U8\",\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}", 1, "dtype stands twice"),
        ("{\"a\":{\"x\":" + String(repeating: "[", count: 5000), 0, "nested too deeply"),
        ("{\"a\\u00\":1}", 0, "hexadecimal"),
        ("{\"\\ud800x\":1}", 0, "surrogate"),
    ]

    @Test("a hostile header is refused with its reason", arguments: hostile)
    func hostileHeaders(header: String, data: Int, reason: String) throws {
        let bytes = safetensors(header: header, data: [UInt8](repeating: 0, count: data))
        let path = try directory.write(bytes, to: "model.safetensors")
        let error = #expect(throws: CheckpointError.self) { try Checkpoint(path) }
        let line = try #require(error).description
        #expect(line.contains(reason) && line.contains(path.string), "\(line)")
        #expect(!line.contains("\n"))
    }

    @Test("an absurd header length is refused without reading it", arguments: [1 << 30, UInt64.max, 1 << 63])
    func absurdLength(length: UInt64) throws {
        let path = try directory.write(littleEndian(length) + [0x7b, 0x7d], to: "model.safetensors")
        let error = #expect(throws: CheckpointError.self) { try Checkpoint(path) }
        #expect(try #require(error).description.contains("announces a header of \(length) bytes"))
    }

    @Test("an unknown data type is named")
    func unknownDataType() throws {
        let header = "{\"a\":{\"dtype\":\"F8_E4M3\",\"shape\":[1],\"data_offsets\":[0,1]}}"
        let path = try directory.write(safetensors(header: header, data: [0]), to: "model.safetensors")
        #expect(throws: CheckpointError.unsupportedDataType(name: "a", dataType: "F8_E4M3", path: path.string)) {
            try Checkpoint(path)
        }
    }

    @Test("a file cut off anywhere is said to end early")
    func truncated() throws {
        var builder = SafetensorsBuilder()
        builder.add("a", "F32", [2, 2], encoded([1, 2, 3, 4], as: "F32"))
        let whole = builder.bytes
        for length in 0..<whole.count {
            let path = try directory.write(whole.prefix(length), to: "model.safetensors")
            let error = #expect(throws: CheckpointError.self) { try Checkpoint(path) }
            #expect(try #require(error).description.contains("ends early"), "cut at \(length)")
        }
    }

    @Test("3,000 mutations of a good file are read or refused, never more", arguments: 0..<6)
    func mutations(seed: Int) throws {
        var builder = SafetensorsBuilder()
        builder.add("a", "F32", [2, 2], encoded([1, 2, 3, 4], as: "F32"))
        builder.add("layers.0.weight", "BF16", [3, 1], [1, 2, 3, 4, 5, 6])
        builder.add("empty", "I64", [0, 7], [])
        let whole = builder.bytes
        let interesting = Array("0123456789-{}[]\",:\\eE.u ".utf8) + [0, 0xff, 0x80]
        var random = RandomBits(seed: UInt64(seed))
        for _ in 0..<500 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                let byte = interesting.randomElement(using: &random)!
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[place] = byte
                case 1: bytes.insert(byte, at: place)
                case 2: bytes.remove(at: place)
                default: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                }
            }
            let path = try directory.write(bytes, to: "model.safetensors")
            guard let checkpoint = try? Checkpoint(path) else { continue }
            for name in checkpoint.tensorNames {
                let tensor = try checkpoint.tensor(name)
                #expect(tensor.bytes.count == tensor.elementCount * tensor.dataType.size)
                _ = tensor.bytes.reduce(0) { $0 &+ Int($1) }
            }
        }
    }

    @Test("a directory, a FIFO and an empty path are no weights")
    func notFiles() throws {
        try FileManager.default.createDirectory(
            atPath: directory.file("model.safetensors").string, withIntermediateDirectories: false)
        #expect(throws: CheckpointError.self) { try Checkpoint(directory.path) }
        let fifo = directory.file("fifo")
        #expect(mkfifo(fifo.string, 0o600) == 0)
        #expect(throws: CheckpointError.invalidFile(path: fifo.string, reason: "is no regular file")) {
            try Checkpoint(fifo)
        }
        #expect(throws: CheckpointError.self) { try Checkpoint("") }
    }
}
