import Foundation
import SystemPackage
import Testing

@testable import Archive

@Suite struct PlanningTests {
    let place: Workplace
    let archive: Archive
    init() throws {
        place = try Workplace()
        archive = try place.open()
    }

    let spans = [PlannedUnit(start: 0, end: 4.5), PlannedUnit(start: 4.5, end: 9)]

    /// A run that plans `a.mp3` with this recipe and ends.
    @discardableResult
    func night(
        _ recipe: RecipeRecord = transcribe, _ units: [PlannedUnit]? = nil, fingerprint: String = "model-1",
        _ work: (Int64) throws -> Void = { _ in }
    ) throws -> Int64 {
        let run = try archive.beginRun(runRecord(fingerprint: fingerprint))
        try archive.add("a.mp3", audio("m1"), units ?? spans, recipe, run: run)
        try work(run)
        try archive.endRun(run, outcome: "finished")
        return run
    }

    func finishAll(_ text: String) -> (Int64) throws -> Void {
        { run in
            for unit in try archive.allWaiting(run) { try archive.finish(unit.id, with: result(text), run: run) }
        }
    }

    func expectNothingWaits(_ run: Int64) throws {
        #expect(try archive.allWaiting(run).isEmpty)
    }

    @Test("a file is known by its stamp, and each of its parts counts")
    func stamps() throws {
        let run = try archive.beginRun(runRecord())
        let id = try archive.saveFile("a.mp3", stamp: stamp, itemID: nil, media: audio("m1"), run: run)
        let found = try #require(try archive.media(at: "a.mp3", stamp: stamp))
        #expect(found.id == id && found.record == audio("m1"))
        for change in [\FileStamp.size, \.modifiedNanoseconds] as [WritableKeyPath<FileStamp, Int64>] {
            var other = stamp
            other[keyPath: change] += 1
            #expect(try archive.media(at: "a.mp3", stamp: other) == nil)
        }
        var other = stamp
        other.inode -= 1
        #expect(try archive.media(at: "a.mp3", stamp: other) == nil)
        #expect(try archive.media(at: "b.mp3", stamp: stamp) == nil)
        #expect(try archive.media(hash: "m1")?.id == id)
        #expect(try archive.media(hash: "m2") == nil)
    }

    @Test("a reading without an error replaces one with an error, not the other way round")
    func betterReading() throws {
        let run = try archive.beginRun(runRecord())
        var broken = MediaRecord(hash: "m1", bytes: 1000, kind: "video")
        broken.errorClass = "undecodable"
        broken.error = "no frame"
        let id = try archive.saveFile("a.mp3", stamp: stamp, itemID: nil, media: broken, run: run)
        #expect(try archive.media(at: "a.mp3", stamp: stamp)?.record == broken)
        #expect(try archive.saveFile("a.mp3", stamp: stamp, itemID: nil, media: audio("m1"), run: run) == id)
        #expect(try archive.saveFile("a.mp3", stamp: stamp, itemID: nil, media: broken, run: run) == id)
        #expect(try archive.media(hash: "m1")?.record == audio("m1"))
    }

    @Test("a media that can be opened after all leaves none of the planner's failures behind")
    func openedAfterAll() throws {
        let failed = PlannedUnit(start: 0, end: 0, status: .failed, errorClass: "timed_out", error: "no answer")
        var slow = audio("m1")
        slow.errorClass = "timed_out"
        slow.error = "no answer"
        var run = try archive.beginRun(runRecord())
        try archive.add("a.mp3", slow, [failed], transcribe, run: run)
        try archive.add("a.mp3", slow, [failed], caption, run: run)
        #expect(try archive.rows().map(\.status) == [.failed, .failed])
        try archive.endRun(run, outcome: "finished")

        run = try archive.beginRun(runRecord())
        try archive.add("a.mp3", audio("m1"), spans, transcribe, run: run)
        #expect(try archive.listing() == ["a.mp3 0.0 transcribe waiting -", "a.mp3 4.5 transcribe waiting -"])
    }

    @Test("a media that could not be opened for a passing reason is to be read again")
    func passingReason() throws {
        let run = try archive.beginRun(runRecord())
        var slow = audio("m1")
        slow.errorClass = "timed_out"
        slow.error = "no answer for 60 s"
        _ = try archive.saveFile("a.mp3", stamp: stamp, itemID: nil, media: slow, run: run)
        #expect(try archive.media(at: "a.mp3", stamp: stamp) == nil)
    }

    @Test("a file that could not be read has a row without a stamp")
    func unreadable() throws {
        let run = try archive.beginRun(runRecord())
        let media = MediaRecord(
            hash: "unreadable:00ff", bytes: 0, kind: "audio", errorClass: "unreadable", error: "permission denied")
        let id = try archive.saveFile("a.mp3", stamp: nil, itemID: nil, media: media, run: run)
        let unit = PlannedUnit(
            start: 0, end: 0, status: .failed, errorClass: "unreadable", error: "permission denied")
        try archive.plan([unit], media: id, recipe: transcribe, run: run)
        #expect(try archive.rows().map(\.error) == ["permission denied"])
        #expect(try archive.allWaiting(run).isEmpty)
    }

    @Test("spans are remembered by media and settings, rounded to microseconds")
    func remembersSpans() throws {
        let run = try archive.beginRun(runRecord())
        let id = try archive.saveFile("a.mp3", stamp: stamp, itemID: nil, media: audio("m1"), run: run)
        #expect(try archive.spans(media: id, segmentation: "quiet:30") == nil)
        try archive.saveSpans([], media: id, segmentation: "quiet:60")
        #expect(try archive.spans(media: id, segmentation: "quiet:60")?.isEmpty == true)
        try archive.saveSpans([(0, 1)], media: id, segmentation: "quiet:30")
        try archive.saveSpans([(0, 1.0 / 3), (1.0 / 3, 9)], media: id, segmentation: "quiet:30")
        let found = try #require(try archive.spans(media: id, segmentation: "quiet:30"))
        #expect(found.map(\.start) == [0, 0.333333] && found.map(\.end) == [0.333333, 9])
    }

    @Test("planning again keeps what is done and what waits")
    func replan() throws {
        try night { run in
            try archive.finish(try archive.allWaiting(run)[0].id, with: result("one"), run: run)
        }
        let second = try night()
        #expect(try archive.listing() == ["a.mp3 0.0 transcribe done one", "a.mp3 4.5 transcribe waiting -"])
        let counts = try archive.counts(run: second)
        #expect(counts.done == 1 && counts.waiting == 1)
        #expect(counts.doneSeconds == 4.5 && counts.waitingSeconds == 4.5)
    }

    @Test("the same spans computed a hair differently are the same units")
    func spansNearlyEqual() throws {
        try night(transcribe, [PlannedUnit(start: 0.1 + 0.2, end: 1)])
        try night(transcribe, [PlannedUnit(start: 0.3, end: 1)])
        #expect(try archive.listing() == ["a.mp3 0.3 transcribe waiting -"])
    }

    @Test("a unit that failed for a passing reason waits again, three attempts in all, one a run")
    func retries() throws {
        for attempt in 1...3 {
            try night(transcribe, [spans[0]]) { run in
                let unit = try #require(try archive.allWaiting(run).first)
                #expect(unit.attempts == attempt - 1)
                try archive.fail(unit.id, errorClass: "timed_out", error: "no answer", run: run)
                try archive.plan([spans[0]], media: 1, recipe: transcribe, run: run)
                #expect(try archive.allWaiting(run).isEmpty)
            }
        }
        try night(transcribe, [spans[0]]) { run in try expectNothingWaits(run) }
        #expect(try archive.status()?.problems.map(\.attempts) == [3])
    }

    @Test("a unit that failed for a lasting reason, or had nothing to do, is not tried again")
    func lasting() throws {
        try night { run in
            let units = try archive.allWaiting(run)
            try archive.fail(units[0].id, errorClass: "undecodable", error: "no frame", run: run)
            try archive.skip(units[1].id, errorClass: "no_audio", reason: "no sound", run: run)
        }
        let second = try night { run in try expectNothingWaits(run) }
        let counts = try archive.counts(run: second)
        #expect(counts.failed == 1 && counts.skipped == 1)
    }

    @Test("what only the planner has judged follows its newer judgement")
    func plannerChangesItsMind() throws {
        let refused = PlannedUnit(start: 0, end: 0, status: .skipped, errorClass: "no_audio", error: "no sound")
        try night(transcribe, [refused])
        try night(transcribe, [PlannedUnit(start: 0, end: 0)])
        #expect(try archive.listing() == ["a.mp3 0.0 transcribe waiting -"])
    }

    @Test("another prompt supersedes a task's units, and the old one brings them back done")
    func changedRecipe() throws {
        var other = transcribe
        other.hash = "recipe-t2"
        try night(caption, nil, finishAll("seen"))
        try night(transcribe, nil, finishAll("old"))
        try night(other, nil, finishAll("new"))
        let after = [
            "a.mp3 0.0 caption done seen", "a.mp3 0.0 transcribe done new",
            "a.mp3 4.5 caption done seen", "a.mp3 4.5 transcribe done new",
        ]
        #expect(try archive.listing() == after)
        try night(transcribe) { run in try expectNothingWaits(run) }
        #expect(try archive.listing() == after.map { $0.replacing("new", with: "old") })
    }

    @Test("another model, and other cuts, supersede as well")
    func changedModelAndCuts() throws {
        try night(transcribe, nil, finishAll("small"))
        try night(transcribe, nil, fingerprint: "model-2", finishAll("large"))
        #expect(try archive.rows().map(\.modelFingerprint) == ["model-2", "model-2"])
        let whole = [PlannedUnit(start: 0, end: 9)]
        try night(transcribe, whole, fingerprint: "model-2", finishAll("whole"))
        #expect(try archive.listing() == ["a.mp3 0.0 transcribe done whole"])
        try night(transcribe, nil) { run in try expectNothingWaits(run) }
        #expect(try archive.rows().map(\.text) == ["small", "small"])
    }

    @Test("two recipes with one task's name in one run do not supersede each other")
    func twoRecipesOneRun() throws {
        var other = transcribe
        other.hash = "recipe-t2"
        try night(transcribe, nil) { run in
            try archive.add("a.mp3", audio("m1"), spans, other, run: run)
            #expect(try archive.allWaiting(run).count == 4)
        }
    }

    @Test("a batch is kept as a whole or not at all")
    func batches() throws {
        struct Stop: Error {}
        let run = try archive.beginRun(runRecord())
        #expect(throws: Stop.self) {
            try archive.planningBatch {
                let id = try archive.add("a.mp3", audio("m1"), spans, transcribe, run: run)
                try archive.saveSpans([(0, 9)], media: id, segmentation: "quiet:30")
                #expect(try archive.media(at: "a.mp3", stamp: stamp)?.id == id, "a batch sees its own writes")
                #expect(try archive.spans(media: id, segmentation: "quiet:30")?.count == 1)
                throw Stop()
            }
        }
        #expect(try archive.media(hash: "m1") == nil)
        #expect(try archive.counts(run: run) == UnitCounts())

        let count = try archive.planningBatch {
            for name in ["a", "b", "c"] {
                try archive.add(FilePath("\(name).mp3"), audio(name), spans, transcribe, run: run)
            }
            return 3
        }
        #expect(count == 3)
        #expect(try archive.counts(run: run).waiting == 6)
    }

    @Test("times that no container should claim are stored as what can be counted with")
    func absurdTimes() throws {
        let units = [PlannedUnit(start: .nan, end: .infinity), PlannedUnit(start: -1e300, end: 1e300)]
        let run = try night(transcribe, units)
        #expect(try archive.counts(run: run).waiting == 2)
    }

    @Test("a run that does not exist is an error, not a crash")
    func noSuchRun() throws {
        #expect(throws: ArchiveError.self) { try archive.plan(spans, media: 1, recipe: transcribe, run: 9) }
    }
}
