import Foundation
import SystemPackage
import Testing

@testable import Checkpoint

@Suite("Shards and their index")
struct ShardIndexTests {
    let directory = try! TemporaryDirectory()

    func writeShards() throws {
        var first = SafetensorsBuilder()
        first.add("a", "U8", [1], [1])
        first.add("hidden", "U8", [1], [9])
        var second = SafetensorsBuilder()
        second.add("b", "U8", [2], [2, 3])
        try directory.write(first.bytes, to: "one.safetensors")
        try directory.write(second.bytes, to: "two.safetensors")
    }

    func writeIndex(_ map: String) throws {
        try directory.write("{\"metadata\":{\"total_size\":3},\"weight_map\":{\(map)}}".utf8, to: ShardIndex.fileName)
    }

    @Test("tensors are found in their shards; what the index leaves out is no part of the model")
    func sharded() throws {
        try writeShards()
        try writeIndex("\"a\":\"one.safetensors\",\"b\":\"two.safetensors\"")
        let checkpoint = try Checkpoint(directory.path)
        #expect(checkpoint.tensorNames == ["a", "b"])
        #expect(Array(try checkpoint.tensor("b").bytes) == [2, 3])
        #expect(!checkpoint.contains("hidden"))
    }

    @Test("a shard behind a symbolic link is read, as the Hugging Face cache needs it")
    func symbolicLinks() throws {
        try writeShards()
        let elsewhere = try TemporaryDirectory()
        let target = elsewhere.file("blob").string
        try FileManager.default.moveItem(atPath: directory.file("one.safetensors").string, toPath: target)
        try FileManager.default.createSymbolicLink(
            atPath: directory.file("one.safetensors").string, withDestinationPath: target)
        try writeIndex("\"a\":\"one.safetensors\"")
        let checkpoint = try Checkpoint(directory.path)
        #expect(Array(try checkpoint.tensor("a").bytes) == [1])
    }

    @Test(
        "a shard name that leaves the directory is refused",
        arguments: [
            "/etc/passwd", "../one.safetensors", "x/../../one.safetensors", "", ".", "./one.safetensors", "\\u0000",
        ])
    func escapes(name: String) throws {
        try writeShards()
        try writeIndex("\"a\":\"\(name)\"")
        let error = #expect(throws: CheckpointError.self) { try Checkpoint(directory.path) }
        #expect(try #require(error).description.contains("outside of this directory"))
    }

    @Test(
        "an index that is wrong about its shards is refused, by name",
        arguments: [
            ("\"b\":\"one.safetensors\"", "says that tensor b is in one.safetensors, which lacks it"),
            ("\"a\":\"three.safetensors\"", "three.safetensors: no such file"),
            ("\"a\":\"one.safetensors\",\"a\":\"two.safetensors\"", "stands there twice"),
            ("\"a\":1", "'\"' expected"),
            ("", "has no weight_map"),
        ])
    func wrongIndex(map: String, reason: String) throws {
        try writeShards()
        try writeIndex(map)
        let error = #expect(throws: CheckpointError.self) { try Checkpoint(directory.path) }
        let line = try #require(error).description
        #expect(line.contains(reason), "\(line)")
    }

    @Test("a directory without weights says what it lacks")
    func noWeights() throws {
        let error = #expect(throws: CheckpointError.self) { try Checkpoint(directory.path) }
        #expect(try #require(error).description.contains("neither model.safetensors nor"))
    }
}
