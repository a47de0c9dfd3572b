import Archive
import Foundation
import Manifest
import Pipeline
import SystemPackage
import Testing

@Suite struct FailureTests {
    @Test("bad files cost their own rows and nothing else")
    func badFiles() throws {
        let shop = try Workshop()
        try shop.picture("good.png", color: "red")
        try shop.write("text.mp4", "this is no film")
        try shop.write("empty.wav", "")
        try shop.film("whole.mp4", seconds: 4, sound: false)
        let bytes = try Data(contentsOf: URL(fileURLWithPath: shop.path("whole.mp4").string))
        try bytes.prefix(bytes.count / 2).write(to: URL(fileURLWithPath: shop.path("half.mp4").string))
        try shop.make("blink.wav", "-f", "lavfi", "-i", "sine=duration=0.05")
        let summary = try shop.run(shop.job([.make(.caption), .make(.transcribe)]))

        #expect(!summary.interrupted)
        #expect(summary.counts.waiting == 0)
        #expect(try shop.row("good.png", "caption").status == .done)
        #expect(try shop.row("whole.mp4", "caption").status == .done)
        for (name, task) in [("text.mp4", "caption"), ("text.mp4", "transcribe"), ("empty.wav", "transcribe")] {
            let row = try shop.row(name, task)
            #expect(row.status == .failed)
            #expect(row.errorClass == "not_media")
            #expect(row.error?.isEmpty == false)
        }
        #expect(try shop.row("half.mp4", "caption").status == .failed)
        #expect(try shop.row("blink.wav", "transcribe").errorClass == "too_short")
    }

    @Test("a listed file that is not there has a failed row, and runs once it is")
    func missingFile() throws {
        let shop = try Workshop()
        try Data("later.png\n".utf8).write(to: URL(fileURLWithPath: shop.path("list.txt").string))
        let list = Input.list(shop.path("list.txt"), .lines, pathColumn: "path", idColumn: nil)
        let job = shop.job([.make(.caption)], inputs: [list])
        #expect(try shop.run(job).counts.failed == 1)
        #expect(try shop.row("later.png", "caption").errorClass == "unreadable")
        try shop.picture("later.png", color: "blue")
        let second = try shop.run(job)
        #expect(second.counts.failed == 0)
        #expect(try shop.rows().map(\.status) == [.done])
    }

    @Test("a prompt that the engine refuses fails alone", arguments: ["too long", "unpreparable"])
    func refusedPrompt(word: String) throws {
        let shop = try Workshop()
        try shop.picture("a.png", color: "red")
        try shop.picture("b.png", color: "blue")
        let summary = try shop.run(shop.job([.make(.caption), .make(.ask, prompt: "a \(word) question")]))
        #expect(summary.counts.done == 2)
        #expect(summary.counts.failed == 2)
        #expect(try shop.row("a.png", "ask").errorClass == "engine")
    }

    @Test("silence is flagged and not transcribed, but can be described")
    func silence() throws {
        let shop = try Workshop()
        try shop.make("quiet.wav", "-f", "lavfi", "-i", "anullsrc=sample_rate=16000", "-t", "2")
        let engine = FakeEngine()
        try shop.run(shop.job([.make(.transcribe), .make(.describeAudio)]), engine: engine)
        #expect(engine.started == 1)
        let transcript = try shop.row("quiet.wav", "transcribe")
        #expect(transcript.text?.isEmpty == true)
        #expect(transcript.finishReason == "silence")
        #expect(transcript.flags == ["silent"])
        #expect(try shop.row("quiet.wav", "describe_audio").flags == ["silent"])
    }

    @Test("a file that vanishes after planning fails, the others go on")
    func vanished() throws {
        let shop = try Workshop()
        try shop.picture("a.png", color: "red")
        try shop.picture("b.png", color: "blue")
        let remover = PlannedReporter {
            try? FileManager.default.removeItem(atPath: shop.path("b.png").string)
        }
        let summary = try shop.run(shop.job([.make(.caption)]), reporter: remover)
        #expect(summary.counts.done == 1)
        #expect(try shop.row("b.png", "caption").errorClass == "unreadable")
    }

    @Test("preparing never runs further ahead than it may")
    func lookAhead() throws {
        let shop = try Workshop()
        for index in 0..<12 { try shop.picture("\(index).png", color: "red", size: "\(64 + 2 * index)x48") }
        let engine = FakeEngine(batchSize: 2)
        engine.onStep = { _ in usleep(2000) }
        try shop.run(shop.job([.make(.caption)]), engine: engine)
        #expect(engine.started == 12)
        // Two in the queue, one blocked before it, one just taken out of it.
        #expect(engine.largestLead <= 4)
    }
}

/// Does something once the job is planned.
private final class PlannedReporter: ProgressReporter {
    private let action: () -> Void
    init(_ action: @escaping () -> Void) { self.action = action }
    func planning(done: Int, total: Int) {}
    func planned(_ overview: JobOverview) { action() }
    func unit(_ unit: FinishedUnit, progress: RunProgress) {}
    func step(_ progress: RunProgress) {}
    func finished(_ summary: RunSummary) {}
}
