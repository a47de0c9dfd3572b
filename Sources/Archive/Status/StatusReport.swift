import GRDB
import SystemPackage

/// What `nightreel status` shows.
public struct StatusReport: Sendable, Equatable {
    public struct Problem: Sendable, Equatable {
        public var path: FilePath
        public var task: String
        public var start: Double
        public var errorClass: String
        public var error: String
        public var attempts: Int
        public var willRetry: Bool
    }

    public var run: Int64
    public var manifest: String
    public var model: String
    /// UTC: "2026-11-20T22:00:03Z", `finishedAt` likewise.
    public var startedAt: String
    public var finishedAt: String?
    /// running, finished, interrupted, or killed: it neither ended nor is it alive.
    public var outcome: String
    /// Contents, not paths.
    public var mediaSeen: Int
    public var counts: UnitCounts
    /// Failed units, at most 50, in path order; `counts.failed` has the number of all.
    public var problems: [Problem]
    /// Flag -> number of units.
    public var flags: [String: Int]
    /// Seconds of media that this run got through, counted once for each task.
    public var mediaSeconds: Double
    /// From the run's start to its end, or to now; nil: it was killed, nobody knows when.
    public var elapsedSeconds: Double?
    public var promptTokens: Int
    public var newTokens: Int
    public var isRunning: Bool
}

extension Archive {
    /// Of the newest run; nil: no run yet. May be called while it runs.
    public func status() throws(ArchiveError) -> StatusReport? {
        let isHeld = RunLock.holder(of: path) != nil
        return try read { db in
            guard let run = try Row.fetchOne(db, sql: newestRun) else { return nil }
            let id: Int64 = run["id"]
            let outcome: String? = run["outcome"]
            let isRunning = outcome == nil && isHeld
            return StatusReport(
                run: id, manifest: run["manifest"], model: run["model"], startedAt: run["started_at"],
                finishedAt: run["finished_at"], outcome: outcome ?? (isRunning ? "running" : "killed"),
                mediaSeen: try Int.fetchOne(
                    db, sql: "SELECT count(DISTINCT media_id) FROM files WHERE last_run = ?", arguments: [id]) ?? 0,
                counts: try unitCounts(db, run: id), problems: try problems(db, run: id),
                flags: try flagCounts(db, run: id), mediaSeconds: run["media_seconds"],
                elapsedSeconds: isRunning || outcome != nil ? run["elapsed_seconds"] : nil,
                promptTokens: run["prompt_tokens"], newTokens: run["new_tokens"], isRunning: isRunning)
        }
    }
}

private let newestRun = """
    SELECT runs.*, models.name AS model,
        (julianday(coalesce(finished_at, 'now')) - julianday(started_at)) * 86400 AS elapsed_seconds
    FROM runs JOIN models ON models.id = runs.model_id ORDER BY runs.id DESC LIMIT 1
    """

let failedSQL = """
    SELECT f.path, r.task, u.start_us, u.error_class, u.error, u.attempts
    FROM units u
    JOIN files f ON f.id = (\(newestFile(ofMedia: "u.media_id")))
    JOIN recipes r ON r.id = u.recipe_id
    WHERE u.plan_run = ? AND u.status = 'failed'
    ORDER BY f.path, u.start_us, r.task, u.id
    LIMIT 50
    """

let flaggedSQL = "SELECT flags, count(*) AS units FROM units WHERE plan_run = ? AND flags <> '' GROUP BY flags"

private func problems(_ db: Database, run: Int64) throws -> [StatusReport.Problem] {
    try Row.fetchAll(db, sql: failedSQL, arguments: [run]).map { row in
        let errorClass: String = row["error_class"]
        let attempts: Int = row["attempts"]
        return StatusReport.Problem(
            path: FilePath(bytes: row["path"]), task: row["task"], start: seconds(row["start_us"]),
            errorClass: errorClass, error: row["error"], attempts: attempts,
            willRetry: RetryPolicy.allowsRetry(errorClass: errorClass, attempts: attempts))
    }
}

private func flagCounts(_ db: Database, run: Int64) throws -> [String: Int] {
    var counts: [String: Int] = [:]
    for row in try Row.fetchAll(db, sql: flaggedSQL, arguments: [run]) {
        for flag in split(flags: row["flags"]) { counts[flag, default: 0] += row["units"] }
    }
    return counts
}
