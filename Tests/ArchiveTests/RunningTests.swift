import Foundation
import GRDB
import SystemPackage
import Testing

@testable import Archive

@Suite struct RunningTests {
    let place: Workplace
    init() throws { place = try Workplace() }

    let spans = [PlannedUnit(start: 0, end: 4.5), PlannedUnit(start: 4.5, end: 9)]

    /// Invalid UTF-8, a newline, and names whose byte order is not the alphabet's.
    let oddPaths = [
        FilePath(bytes: Data([0x62, 0xFF, 0x2E, 0x6D, 0x70, 0x33])), "b\n.mp3", "B.mp3", "b.mp3", "é.mp3", "z.mp3",
    ]

    @Test("work comes in the order of path bytes, start and task, page by page")
    func order() throws {
        let archive = try place.open()
        let run = try archive.beginRun(runRecord())
        for (index, path) in oddPaths.enumerated() {
            try archive.add(path, audio("m\(index)"), spans.reversed(), transcribe, run: run)
            try archive.plan(spans, media: Int64(index + 1), recipe: caption, run: run)
        }
        var seen: [UnitWork] = []
        while case let page = try archive.waitingUnits(run: run, limit: 5, after: seen.last), !page.isEmpty {
            seen += page
            // Finishing meanwhile must not shift what comes next.
            try archive.finish(page[0].id, with: result("x"), run: run)
        }
        let paths = ["B.mp3", "b\n.mp3", "b.mp3"].map { FilePath($0) } + [oddPaths[0], "z.mp3", "é.mp3"]
        #expect(seen.map(\.path) == paths.flatMap { Array(repeating: $0, count: 4) })
        #expect(seen.map(\.start) == paths.flatMap { _ in [0, 0, 4.5, 4.5] })
        #expect(seen.map(\.recipe) == paths.flatMap { _ in [caption, transcribe, caption, transcribe] })
        #expect(seen[0].media == audio("m2"))
        #expect(try archive.rows().map(\.path) == seen.map(\.path))
    }

    @Test("a content under two paths is worked on once, and exported for both")
    func duplicates() throws {
        let archive = try place.open()
        let run = try archive.beginRun(runRecord())
        try archive.add("b.mp3", audio("m1"), [spans[0]], transcribe, run: run)
        try archive.add("a.mp3", audio("m1"), [spans[0]], transcribe, id: "item-7", run: run)
        let work = try archive.allWaiting(run)
        #expect(work.map(\.path) == ["a.mp3"])
        try archive.finish(work[0].id, with: result("once"), run: run)
        #expect(try archive.listing() == ["a.mp3 0.0 transcribe done once", "b.mp3 0.0 transcribe done once"])
        #expect(try archive.rows().map(\.itemID) == ["item-7", nil])
    }

    @Test("a renamed file is read under its new name, and its old row stays")
    func renamed() throws {
        let archive = try place.open()
        var run = try archive.beginRun(runRecord())
        try archive.add("a.mp3", audio("m1"), spans, transcribe, run: run)
        try archive.finish(try archive.allWaiting(run)[0].id, with: result("one"), run: run)
        try archive.endRun(run, outcome: "interrupted")
        run = try archive.beginRun(runRecord())
        try archive.add("b.mp3", audio("m1"), spans, transcribe, run: run)
        let work = try archive.allWaiting(run)
        #expect(work.map(\.path) == ["b.mp3"])
        #expect(work.map(\.start) == [4.5])
        #expect(try archive.rows().map(\.path) == ["a.mp3", "a.mp3", "b.mp3", "b.mp3"])
    }

    @Test("a file with new content shows only that content's units")
    func changedContent() throws {
        let archive = try place.open()
        let run = try archive.beginRun(runRecord())
        try archive.add("a.mp3", audio("m1"), [spans[0]], transcribe, run: run)
        try archive.add("a.mp3", audio("m2"), [spans[1]], transcribe, run: run)
        #expect(try archive.rows().map(\.mediaHash) == ["m2"])
    }

    @Test("a killed run's finished units stay, its others wait, and the next run says it was killed")
    func killed() throws {
        do {
            let archive = try place.open()
            let run = try archive.beginRun(runRecord())
            try archive.add("a.mp3", audio("m1"), spans, transcribe, run: run)
            try archive.finish(try archive.allWaiting(run)[0].id, with: result("kept"), run: run)
        }
        let archive = try place.open()
        #expect(try archive.status()?.outcome == "killed")
        let run = try archive.beginRun(runRecord())
        try archive.add("a.mp3", audio("m1"), spans, transcribe, run: run)
        #expect(try archive.allWaiting(run).map(\.start) == [4.5])
        let outcomes = try archive.pool.read { db in
            try String?.fetchAll(db, sql: "SELECT outcome FROM runs ORDER BY id")
        }
        #expect(outcomes == ["killed", nil])
    }

    @Test("counts follow every change of a unit, as a scan would count them")
    func counting() throws {
        let archive = try place.open()
        let run = try archive.beginRun(runRecord())
        for name in ["a", "b", "c"] {
            try archive.add(FilePath("\(name).mp3"), audio(name), spans, transcribe, run: run)
        }
        let units = try archive.allWaiting(run)
        try archive.finish(units[0].id, with: result("x", flags: ["silent"]), run: run)
        try archive.finish(units[1].id, with: result("y", flags: ["looped", "cut_off"]), run: run)
        try archive.finish(units[2].id, with: result("z"), run: run)
        try archive.fail(units[3].id, errorClass: "timed_out", error: "no answer", run: run)
        try archive.skip(units[4].id, errorClass: "no_audio", reason: "no sound", run: run)
        let counts = try archive.counts(run: run)
        #expect(counts.waiting == 1 && counts.done == 3 && counts.failed == 1 && counts.skipped == 1)
        #expect(counts.flagged == 2 && counts.waitingSeconds == 4.5 && counts.doneSeconds == 13.5)

        try archive.endRun(run, outcome: "finished")
        let next = try archive.beginRun(runRecord())
        try archive.add("a.mp3", audio("a"), spans, transcribe, run: next)
        #expect(try archive.counts(run: next).done == 2)
        #expect(try archive.counts(run: run).done == 1, "units planned again count with the newer run")
        let scanned = try archive.pool.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT plan_run AS run_id, status, count(*) AS units, sum(end_us - start_us) AS span_us,
                        sum(flags <> '') AS flagged FROM units GROUP BY plan_run, status
                    """)
        }
        let kept = try archive.pool.read { try Row.fetchAll($0, sql: "SELECT * FROM tallies WHERE units > 0") }
        #expect(kept == scanned)
    }

    @Test("a unit's last verdict counts, and leaves nothing of an earlier one")
    func lastVerdict() throws {
        let archive = try place.open()
        let run = try archive.beginRun(runRecord())
        try archive.add("a.mp3", audio("m1"), [spans[0]], transcribe, run: run)
        let unit = try archive.allWaiting(run)[0].id
        try archive.finish(unit, with: result("first", flags: ["looped"]), run: run)
        try archive.finish(unit, with: result("second"), run: run)
        #expect(try archive.rows().map(\.text) == ["second"])
        #expect(try archive.counts(run: run).flagged == 0)
        try archive.fail(unit, errorClass: "undecodable", error: "no frame", run: run)
        let row = try #require(try archive.rows().first)
        #expect(row.text == nil && row.confidence == nil && row.error == "no frame")
    }

    @Test("the status report sums up the newest run")
    func statusReport() throws {
        let archive = try place.open()
        #expect(try archive.status() == nil)
        let run = try archive.beginRun(runRecord())
        for path in oddPaths.reversed() {
            try archive.add(path, audio("m-\(path)"), [spans[0]], transcribe, run: run)
        }
        let units = try archive.allWaiting(run)
        try archive.finish(units[0].id, with: result("x", flags: ["silent", "empty"]), run: run)
        try archive.finish(units[1].id, with: result("y", flags: ["silent"]), run: run)
        try archive.fail(units[3].id, errorClass: "timed_out", error: "no answer for 60 s", run: run)
        try archive.fail(units[2].id, errorClass: "undecodable", error: "no frame", run: run)
        var report = try #require(try archive.status())
        #expect(report.isRunning && report.outcome == "running" && report.finishedAt == nil)
        #expect(report.startedAt.wholeMatch(of: #/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/#) != nil)
        #expect(report.run == run && report.manifest == "nightly.yaml" && report.model == "sample")
        #expect(report.mediaSeen == 6 && report.flags == ["silent": 2, "empty": 1])
        #expect(report.mediaSeconds == 9 && report.promptTokens == 200 && report.newTokens == 20)
        #expect(
            report.problems == [
                .init(
                    path: "b.mp3", task: "transcribe", start: 0, errorClass: "undecodable", error: "no frame",
                    attempts: 1, willRetry: false),
                .init(
                    path: oddPaths[0], task: "transcribe", start: 0, errorClass: "timed_out",
                    error: "no answer for 60 s", attempts: 1, willRetry: true),
            ])
        try archive.endRun(run, outcome: "interrupted")
        report = try #require(try archive.status())
        #expect(!report.isRunning && report.outcome == "interrupted" && report.finishedAt != nil)
    }

    @Test("confidence is the mean probability, and text with NUL is stored whole")
    func storedValues() throws {
        let archive = try place.open()
        let run = try archive.beginRun(runRecord())
        try archive.add("a.mp3", audio("m1"), spans, transcribe, run: run)
        let units = try archive.allWaiting(run)
        try archive.finish(units[0].id, with: result("a\0b"), run: run)
        try archive.finish(units[1].id, with: result("", meanLogProbability: nil), run: run)
        let rows = try archive.rows()
        #expect(rows.map(\.text) == ["a\u{FFFD}b", ""])
        #expect(rows.map(\.confidence) == [0.778801, nil])
    }

    @Test("a reader in another process sees finished units while the run goes on")
    func readersBesideARun() throws {
        let archive = try place.open()
        let run = try archive.beginRun(runRecord())
        try archive.add("a.mp3", audio("m1"), spans, transcribe, run: run)
        try archive.finish(try archive.allWaiting(run)[0].id, with: result("hello"), run: run)
        let reader = try Archive(place.database, create: false)
        #expect(try reader.status()?.isRunning == true)
        #expect(try reader.rows().map(\.text) == ["hello", nil])
    }
}
