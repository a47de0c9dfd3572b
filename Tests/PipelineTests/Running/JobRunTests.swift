import Archive
import Foundation
import Manifest
import Pipeline
import SystemPackage
import Testing

@Suite struct JobRunTests {
    private let tasks: [JobTask] = [
        .make(.caption, segmentSeconds: 3), .make(.transcribe, segmentSeconds: 6), .make(.ask, prompt: "Why?"),
    ]

    /// Two pictures, two sounds (one of several spans), films with and without sound.
    private func filled() throws -> Workshop {
        let shop = try Workshop()
        try shop.picture("a.png", color: "red")
        try shop.picture("b.jpg", color: "blue", size: "80x60")
        try shop.tone("long.wav", hertz: 300, seconds: 20)
        try shop.tone("short.flac", hertz: 500, seconds: 3)
        try shop.film("loud.mp4", seconds: 8, sound: true)
        try shop.film("mute.mp4", seconds: 4, sound: false)
        return shop
    }

    @Test("every task has its units on every medium that it applies to")
    func rows() throws {
        let shop = try filled()
        let summary = try shop.run(shop.job(tasks))
        #expect(!summary.interrupted)
        #expect(summary.counts.failed == 0)
        #expect(summary.counts.waiting == 0)
        let rows = try shop.rows()
        func count(_ name: String, _ task: String) -> Int {
            rows.count { $0.path.lastComponent?.string == name && $0.task == task }
        }
        #expect(count("a.png", "caption") == 1)
        #expect(count("a.png", "transcribe") == 0)
        #expect(count("long.wav", "caption") == 0)
        #expect(count("long.wav", "transcribe") >= 3)
        #expect(count("loud.mp4", "caption") == 3)
        #expect(count("loud.mp4", "ask") == 1)
        #expect(try shop.row("mute.mp4", "transcribe").status == .skipped)
        #expect(try shop.row("mute.mp4", "transcribe").errorClass == "no_audio")
        let spans = rows.filter { $0.path.lastComponent?.string == "long.wav" && $0.task == "transcribe" }
        #expect(spans.first?.start == 0)
        #expect(spans.last?.end == 20)
        #expect(zip(spans, spans.dropFirst()).allSatisfy { $0.end == $1.start })
        #expect(try shop.row("a.png", "ask").text?.hasPrefix("Why? ") == true)
    }

    @Test("a second run finds nothing to do and starts no unit")
    func secondRun() throws {
        let shop = try filled()
        try shop.run(shop.job(tasks))
        let before = try shop.export()
        let engine = FakeEngine()
        let summary = try shop.run(shop.job(tasks), engine: engine)
        #expect(engine.started == 0)
        #expect(summary.worked == 0)
        #expect(summary.outcomeLine.hasPrefix("Nothing to do"))
        #expect(try shop.export() == before)
    }

    @Test("a run that is stopped and started again exports what an undisturbed one does", arguments: [1, 3, 7])
    func resume(stopAfter: Int) throws {
        let shop = try filled()
        try shop.run(shop.job(tasks))
        let undisturbed = try shop.export()
        try removeDatabase(of: shop)

        let stop = StopSignal()
        let engine = FakeEngine(batchSize: 2)
        engine.onStep = { if $0 >= stopAfter { stop.request() } }
        let stopped = try shop.run(shop.job(tasks), engine: engine, stop: stop)
        #expect(stopped.interrupted)
        #expect(stopped.counts.waiting > 0)
        let resumed = try shop.run(shop.job(tasks))
        #expect(!resumed.interrupted)
        #expect(try shop.export() == undisturbed)
    }

    @Test("a stop before planning is over leaves a job that can be taken up")
    func stopWhilePlanning() throws {
        let shop = try filled()
        let stop = StopSignal()
        stop.request()
        let stopped = try shop.run(shop.job(tasks), stop: stop)
        #expect(stopped.interrupted)
        #expect(stopped.outcomeLine.hasSuffix("before all files were looked at."))
        #expect(try Archive(shop.database, create: false).status()?.outcome == "interrupted")
        #expect(try shop.run(shop.job(tasks)).counts.waiting == 0)
    }

    @Test("texts do not depend on the batch size or on the order of the inputs", arguments: [1, 4, 16])
    func order(batchSize: Int) throws {
        let shop = try filled()
        try shop.run(shop.job(tasks), engine: FakeEngine(batchSize: 3))
        let expected = try shop.export()
        try removeDatabase(of: shop)
        let names = ["mute.mp4", "long.wav", "a.png", "loud.mp4", "short.flac", "b.jpg"]
        let inputs = names.map { Input.path(shop.path($0), recursive: false) }
        try shop.run(shop.job(tasks, inputs: inputs), engine: FakeEngine(batchSize: batchSize))
        #expect(try shop.export() == expected)
    }

    @Test("another prompt runs that task again and no other")
    func changedPrompt() throws {
        let shop = try filled()
        try shop.run(shop.job(tasks))
        let asked = try shop.rows().count { $0.task == "ask" }
        let engine = FakeEngine()
        var changed = tasks
        changed[2] = .make(.ask, prompt: "How?")
        try shop.run(shop.job(changed), engine: engine)
        #expect(engine.started == asked)
        #expect(try shop.rows().allSatisfy { $0.task != "ask" || $0.text?.hasPrefix("How? ") == true })
    }

    @Test("a renamed file runs nothing again, a changed one runs alone")
    func renamedAndChanged() throws {
        let shop = try filled()
        try shop.run(shop.job(tasks))
        try FileManager.default.moveItem(atPath: shop.path("a.png").string, toPath: shop.path("z.png").string)
        let renamed = FakeEngine()
        try shop.run(shop.job(tasks), engine: renamed)
        #expect(renamed.started == 0)
        #expect(try shop.row("z.png", "caption").status == .done)

        try shop.picture("z.png", color: "green")
        let changed = FakeEngine()
        try shop.run(shop.job(tasks), engine: changed)
        #expect(changed.started == 2)
    }

    @Test("two files of one content are computed once and exported twice")
    func duplicates() throws {
        let shop = try Workshop()
        try shop.picture("a.png", color: "red")
        try FileManager.default.copyItem(atPath: shop.path("a.png").string, toPath: shop.path("b.png").string)
        let engine = FakeEngine()
        try shop.run(shop.job([.make(.caption)]), engine: engine)
        #expect(engine.started == 1)
        #expect(try shop.row("a.png", "caption").text == shop.row("b.png", "caption").text)
    }

    private func removeDatabase(of shop: Workshop) throws {
        for suffix in ["", "-wal", "-shm"] {
            try? FileManager.default.removeItem(atPath: shop.database.string + suffix)
        }
    }
}
