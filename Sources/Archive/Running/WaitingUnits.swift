import Foundation
import GRDB
import SystemPackage

extension Archive {
    /// Waiting units of the run's plan in path-byte, start, task order: at most `limit` of those after `last`.
    ///
    /// A content under several paths comes once. A call looks only at files from `last.path` on.
    public func waitingUnits(run: Int64, limit: Int, after last: UnitWork?) throws(ArchiveError) -> [UnitWork] {
        try read { db in
            let cursor: StatementArguments = [
                "path": last?.path.bytes ?? Data(), "start": last.map { microseconds($0.start) } ?? .min,
                "task": last?.recipe.task ?? "", "id": last?.id ?? .min,
            ]
            let rows = try Row.fetchCursor(
                db, sql: waitingSQL, arguments: cursor + ["run": run, "limit": max(limit, 0)])
            return try Array(rows.map(UnitWork.init(row:)))
        }
    }
}

/// CROSS JOIN fixes the order of the loops: files in path order outside, the few waiting units of each inside, so that
/// the limit ends the search early.
let waitingSQL = """
    SELECT u.id, f.path, u.start_us, u.end_us, u.attempts, \(MediaRecord.columns),
        r.hash AS recipe_hash, r.task, r.kind AS task_kind, r.prompt, r.settings
    FROM files f
    CROSS JOIN units u ON u.media_id = f.media_id AND u.plan_run = :run AND u.status = 'waiting'
    CROSS JOIN recipes r ON r.id = u.recipe_id
    CROSS JOIN media m ON m.id = u.media_id
    WHERE f.path >= :path AND (f.path, u.start_us, r.task, u.id) > (:path, :start, :task, :id)
        AND f.id = (\(newestFile(ofMedia: "f.media_id")))
    ORDER BY f.path, u.start_us, r.task, u.id
    LIMIT :limit
    """

/// SQL for the file that stands for a media: of those seen most recently the first in byte order. Older ones may have
/// vanished.
func newestFile(ofMedia media: String) -> String {
    "SELECT e.id FROM files e WHERE e.media_id = \(media) ORDER BY e.last_run DESC, e.path LIMIT 1"
}

extension UnitWork {
    fileprivate init(row: Row) {
        self.init(
            id: row["id"], path: FilePath(bytes: row["path"]), media: MediaRecord(row: row),
            start: seconds(row["start_us"]), end: seconds(row["end_us"]),
            recipe: RecipeRecord(
                hash: row["recipe_hash"], task: row["task"], kind: row["task_kind"], prompt: row["prompt"],
                settings: row["settings"]),
            attempts: row["attempts"])
    }
}
