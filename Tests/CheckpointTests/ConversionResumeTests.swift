import Foundation
import SystemPackage
import Testing

@testable import Checkpoint

@Suite("Interrupted conversions")
struct ConversionResumeTests {
    let source = try! TemporaryDirectory()
    let work = try! TemporaryDirectory()
    var destination: FilePath { work.file("int8") }
    var configuration: FilePath { destination.appending("config.json") }
    var workspace: FilePath { destination.appending(ConversionWorkspace.directoryName) }

    init() throws { try TinyModel.write(to: source) }

    func convert(stoppingAt step: Int = .max, to place: FilePath? = nil) throws -> Int {
        var steps = 0
        try Converter(source: source.path, destination: place ?? destination, shardBytes: 4000).run(isCancelled: {
            steps += 1
            return steps > step
        })
        return steps
    }

    @Test("stopped at any step it is no model, and the next run makes the bytes of an undisturbed one")
    func everyStep() throws {
        let undisturbed = work.file("undisturbed")
        let steps = try convert(to: undisturbed)
        let expected = try tree(undisturbed)
        // Every step of the end, where files move, and a selection of the many steps that write and check tensors.
        for step in Set(Array(stride(from: 0, to: steps, by: 11)) + Array(steps - 12..<steps)) {
            #expect(throws: ConversionError.cancelled(destination: destination.string)) {
                try convert(stoppingAt: step)
            }
            #expect(!configuration.exists, "step \(step)")
            #expect(throws: CheckpointError.self) { try ModelConfiguration(directory: destination) }
            _ = try convert()
            #expect(try tree(destination) == expected, "step \(step)")
            try FileManager.default.removeItem(atPath: destination.string)
        }
    }

    @Test("stopped again and again, a little later each time, it still ends with the same bytes")
    func repeatedly() throws {
        let undisturbed = work.file("undisturbed")
        let steps = try convert(to: undisturbed)
        var runs = 0
        for step in stride(from: 3, through: steps + 20, by: 17) {
            runs += 1
            if (try? convert(stoppingAt: step)) != nil { break }
            #expect(!configuration.exists)
        }
        #expect(runs > 3 && configuration.exists)
        #expect(try tree(destination) == tree(undisturbed))
    }

    /// Leaves a conversion that was stopped when two shards were finished.
    func stopAfterTwoShards() throws -> [FilePath] {
        func finished() -> [FilePath] {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: workspace.string)) ?? []
            return names.filter { $0.hasSuffix(".safetensors") }.sorted().map { workspace.appending($0) }
        }
        #expect(throws: ConversionError.self) {
            try Converter(source: source.path, destination: destination, shardBytes: 4000)
                .run(isCancelled: { finished().count > 2 })
        }
        return Array(finished().prefix(2))
    }

    @Test("finished shards are kept as they are")
    func keepsFinishedShards() throws {
        let shards = try stopAfterTwoShards()
        let before = shards.map { FileIdentity($0)?.inode }
        _ = try convert()
        #expect(shards.map { FileIdentity(destination.appending($0.lastComponent!))?.inode } == before)
    }

    @Test("a finished shard that was damaged meanwhile is made again")
    func damagedShard() throws {
        let undisturbed = work.file("undisturbed")
        _ = try convert(to: undisturbed)
        let shard = try stopAfterTwoShards()[0]
        var bytes = try contents(shard)
        bytes[bytes.count - 1] ^= 0x40
        try bytes.write(to: URL(filePath: shard.string))
        _ = try convert()
        #expect(try tree(destination) == tree(undisturbed))
    }

    @Test("a changed source starts over")
    func changedSource() throws {
        _ = try stopAfterTwoShards()
        try TinyModel.write(to: source, seed: 2)
        _ = try convert()
        let undisturbed = work.file("undisturbed")
        _ = try convert(to: undisturbed)
        #expect(try tree(destination) == tree(undisturbed))
    }

    @Test("a damaged journal starts over")
    func damagedJournal() throws {
        _ = try stopAfterTwoShards()
        try Data("{".utf8).write(to: URL(filePath: workspace.appending(".journal").string))
        _ = try convert()
        let undisturbed = work.file("undisturbed")
        _ = try convert(to: undisturbed)
        #expect(try tree(destination) == tree(undisturbed))
    }

    @Test("a second conversion to the same place is refused while the first one works")
    func busy() throws {
        var inner: ConversionError?
        try Converter(source: source.path, destination: destination).run(isCancelled: {
            if inner == nil {
                inner = #expect(throws: ConversionError.self) {
                    try Converter(source: source.path, destination: destination).run()
                }
            }
            return false
        })
        #expect(inner == .destinationBusy(path: destination.string))
    }
}
