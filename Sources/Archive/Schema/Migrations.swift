import GRDB
import SystemPackage

/// Every schema that was ever released, oldest first: version n is reached by running the first n. Never edit one that
/// was released; append.
private let migrations = [schema1]

/// Stored as `PRAGMA user_version`.
let schemaVersion = migrations.count

/// Brings the schema to `schemaVersion`, all or nothing.
func migrate(_ db: Database, path: FilePath) throws {
    guard try version(db) != schemaVersion else { return }
    try db.inTransaction(.immediate) {
        // Read again under the write lock: another process may have migrated meanwhile.
        let current = try version(db)
        guard current <= schemaVersion else { throw ArchiveError.newerVersion(path: path.string) }
        for migration in migrations.dropFirst(current) { try db.execute(sql: migration) }
        try db.execute(sql: "PRAGMA application_id = \(applicationID)")
        try db.execute(sql: "PRAGMA user_version = \(schemaVersion)")
        return .commit
    }
}

private func version(_ db: Database) throws -> Int {
    try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
}
