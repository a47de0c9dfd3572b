import Foundation
import GRDB
import SystemPackage
import Testing

@testable import Archive

@Suite struct ViewTests {
    let place: Workplace
    init() throws { place = try Workplace() }

    @Test("captions, transcripts and analyses are read without a join, and show only what counts")
    func views() throws {
        let archive = try place.open()
        let run = try archive.beginRun(runRecord())
        let kinds = ["caption", "transcribe", "ask", "describe_audio"]
        for kind in kinds {
            let recipe = RecipeRecord(hash: kind, task: "my-\(kind)", kind: kind, prompt: "", settings: "{}")
            let id = try archive.saveFile("a.mp4", stamp: stamp, itemID: "i1", media: audio("m1"), run: run)
            try archive.plan(
                [PlannedUnit(start: 0, end: 4.5), PlannedUnit(start: 4.5, end: 9)], media: id, recipe: recipe, run: run)
        }
        for unit in try archive.allWaiting(run) where unit.start > 0 {
            try archive.finish(unit.id, with: result("of \(unit.recipe.kind)", flags: ["silent"]), run: run)
        }
        let columns =
            "path, id, start, end, text, task, model, confidence, finish_reason, flags, media_hash"
        let expected = { (kind: String) in
            "a.mp4|i1|4.5|9.0|of \(kind)|my-\(kind)|sample|0.778801|stop|silent|m1"
        }
        let read = { (view: String) in
            try place.run(
                "/usr/bin/sqlite3",
                ["-readonly", place.database.string, "SELECT \(columns) FROM \(view) ORDER BY path, start, task"]
            )
            .split(separator: "\n").map(String.init)
        }
        #expect(try read("captions") == [expected("caption")])
        #expect(try read("transcripts") == [expected("transcribe")])
        #expect(try read("analyses") == [expected("ask"), expected("describe_audio")])
    }

    @Test("the view problems lists what failed and what was skipped, with the reason")
    func problems() throws {
        let archive = try place.open()
        let run = try archive.beginRun(runRecord())
        try archive.add(
            "a.mp3", audio("m1"),
            [
                PlannedUnit(start: 0, end: 0, status: .skipped, errorClass: "no_video", error: "no picture"),
                PlannedUnit(start: 0, end: 9),
            ], transcribe, run: run)
        try archive.fail(try archive.allWaiting(run)[0].id, errorClass: "undecodable", error: "no frame", run: run)
        let rows = try archive.pool.read { db in
            try Row.fetchAll(db, sql: "SELECT * FROM problems ORDER BY status")
        }
        #expect(rows.map { $0["error"] } == ["no frame", "no picture"])
        #expect(rows.map { $0["attempts"] } == [1, 0])
    }
}

@Suite struct QueryPlanTests {
    /// SQLite's plan of a query, one line a step; parameters may be anything.
    func plan(_ archive: Archive, _ sql: String) throws -> [String] {
        let query = sql.replacing(#/:[a-z]+|\?/#, with: "abs(1)")
        return try archive.pool.read { db in
            try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN " + query).map { $0["detail"] }
        }
    }

    @Test("20,000 units are planned, paged and counted through indices")
    func indices() throws {
        let place = try Workplace()
        let archive = try place.open()
        let run = try archive.beginRun(runRecord())
        try archive.planningBatch {
            for index in 0..<10_000 {
                let path = FilePath("clips/\(index).mp3")
                try archive.add(
                    path, audio("m\(index)"), [PlannedUnit(start: 0, end: 4), PlannedUnit(start: 4, end: 9)],
                    transcribe, run: run)
            }
        }
        #expect(try archive.counts(run: run).waiting == 20_000)
        var last: UnitWork?
        var seen = 0
        while case let page = try archive.waitingUnits(run: run, limit: 4096, after: last), !page.isEmpty {
            seen += page.count
            last = page.last
        }
        #expect(seen == 20_000)
        try archive.pool.write { try $0.execute(sql: "ANALYZE") }

        for sql in [waitingSQL, failedSQL, flaggedSQL, supersede] {
            let steps = try plan(archive, sql)
            #expect(!steps.contains { $0.hasPrefix("SCAN") }, "\(steps)")
        }
        let waiting = try plan(archive, waitingSQL)
        #expect(waiting.contains { $0.hasPrefix("SEARCH f USING INDEX sqlite_autoindex_files_1 (path>") }, "\(waiting)")
        #expect(waiting.contains { $0.contains("INDEX units_waiting (media_id=? AND plan_run=?)") }, "\(waiting)")
        #expect(waiting.contains { $0.contains("INDEX files_media (media_id=?)") }, "\(waiting)")
        let export = try plan(archive, exportSQL)
        #expect(export.first == "SCAN f USING INDEX sqlite_autoindex_files_1", "\(export)")
        #expect(!export.contains("USE TEMP B-TREE FOR ORDER BY"), "only ties within a path may be sorted: \(export)")
    }
}
