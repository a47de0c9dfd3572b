import GRDB
import SystemPackage

/// One row of an export or a listing: a unit of one path.
public struct ExportRow: Sendable, Equatable {
    public var path: FilePath
    public var itemID: String?
    public var mediaHash: String
    public var kind: String?
    public var task: String
    public var taskKind: String
    public var start: Double
    public var end: Double
    public var status: UnitStatus
    public var text: String?
    public var errorClass: String?
    public var error: String?
    public var finishReason: String?
    public var confidence: Double?
    public var flags: [String]
    /// The model's name, for people, and what identifies it wherever it lies.
    public var model: String
    public var modelFingerprint: String
}

extension Archive {
    /// Every unit that is not superseded, once for each path with its content; ordered by path bytes, start, task.
    ///
    /// One snapshot, row by row: a run may go on meanwhile, and memory does not grow with the database.
    public func forEachRow(_ body: (ExportRow) throws -> Void) throws {
        do {
            try pool.read { db in
                let rows = try Row.fetchCursor(db, sql: exportSQL)
                while let row = try rows.next() { try body(ExportRow(row: row)) }
            }
        } catch let error as DatabaseError {
            throw ArchiveError(error, path: path)
        }
    }

    /// The same rows, a path at a time.
    func forEachPath(_ body: (_ path: FilePath, _ rows: [ExportRow]) throws -> Void) throws {
        var rows: [ExportRow] = []
        try forEachRow { row in
            if let first = rows.first, first.path != row.path {
                try body(first.path, rows)
                rows.removeAll(keepingCapacity: true)
            }
            rows.append(row)
        }
        if let first = rows.first { try body(first.path, rows) }
    }
}

/// The last terms of the order only break ties, and not by row ids, which depend on what was planned when.
let exportSQL = """
    SELECT f.path, f.item_id, m.hash, m.kind AS media_kind, r.task, r.kind AS task_kind, u.start_us, u.end_us, u.status,
        x.text, u.error_class, u.error, x.finish_reason, x.confidence, u.flags, d.name, d.fingerprint
    FROM files f
    CROSS JOIN units u ON u.media_id = f.media_id
    CROSS JOIN recipes r ON r.id = u.recipe_id
    CROSS JOIN media m ON m.id = u.media_id
    CROSS JOIN models d ON d.id = u.model_id
    LEFT JOIN results x ON x.unit_id = u.id
    WHERE u.superseded = 0
    ORDER BY f.path, u.start_us, r.task, u.end_us, r.hash, d.fingerprint
    """

extension ExportRow {
    fileprivate init(row: Row) {
        self.init(
            path: FilePath(bytes: row["path"]), itemID: row["item_id"], mediaHash: row["hash"],
            kind: row["media_kind"], task: row["task"], taskKind: row["task_kind"], start: seconds(row["start_us"]),
            end: seconds(row["end_us"]), status: row["status"], text: row["text"], errorClass: row["error_class"],
            error: row["error"], finishReason: row["finish_reason"], confidence: row["confidence"],
            flags: split(flags: row["flags"]), model: row["name"], modelFingerprint: row["fingerprint"])
    }
}
