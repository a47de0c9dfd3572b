import Foundation
import SystemPackage
import Testing

@testable import Checkpoint

@Suite("Model fingerprint")
struct FingerprintTests {
    let model = try! TemporaryDirectory()

    init() throws { try TinyModel.write(to: model) }

    @Test("a copy has the same fingerprint, a file that decides nothing does not matter")
    func copies() throws {
        let fingerprint = try modelFingerprint(directory: model.path)
        #expect(fingerprint.count == 32 && fingerprint.allSatisfy(\.isHexDigit))
        let copy = try TemporaryDirectory()
        for (name, data) in try tree(model.path) where name != "README.md" { try copy.write(data, to: name) }
        #expect(try modelFingerprint(directory: copy.path) == fingerprint)
    }

    @Test(
        "one byte of configuration, tokenizer, header or weights changes it",
        arguments: ["config.json", "vocab.json", "generation_config.json", "preprocessor_config.json"])
    func smallFiles(name: String) throws {
        let before = try modelFingerprint(directory: model.path)
        try model.write(contents(model.file(name)) + [0x20], to: name)
        #expect(try modelFingerprint(directory: model.path) != before)
    }

    @Test("one bit of a weight changes it")
    func weights() throws {
        let before = try modelFingerprint(directory: model.path)
        var bytes = try contents(model.file("model.safetensors"))
        bytes[bytes.count - 100] ^= 1
        try model.write(bytes, to: "model.safetensors")
        #expect(try modelFingerprint(directory: model.path) != before)
    }

    @Test("a file more changes it")
    func anotherFile() throws {
        let before = try modelFingerprint(directory: model.path)
        try model.write("x".utf8, to: "chat_template.jinja")
        #expect(try modelFingerprint(directory: model.path) != before)
    }

    @Test(
        "a large shard is sampled within the budget, both ends included",
        arguments: [3 << 30, (30 << 30) + 1, 33 << 20])
    func sampling(size: Int) {
        let blocks = sampledBlocks(of: size, total: size)
        #expect(blocks.reduce(0) { $0 + $1.count } <= 32 << 20)
        #expect(blocks.first?.lowerBound == 0 && blocks.last?.upperBound == size)
        #expect(zip(blocks, blocks.dropFirst()).allSatisfy { $0.upperBound <= $1.lowerBound })
    }
}
