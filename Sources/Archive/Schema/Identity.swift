import GRDB
import SystemPackage

/// The four bytes "NRel" in SQLite's header: `file(1)` and others know a Nightreel database by them.
let applicationID: Int32 = 0x4E52_656C

/// What lies at a path that is to be opened as a database.
enum FileIdentity: Equatable {
    /// No file, or a database without any table: what a crash right after creation leaves.
    case missing
    case archive
}

/// Looks at the file without changing it: opening it for writing would already turn a stranger's database to WAL.
///
/// Asks SQLite and not the file's header, because after a crash the header's newest version may lie in the WAL.
func identify(_ path: FilePath, name: String) throws(ArchiveError) -> FileIdentity {
    guard let kind = FileKind(of: path) else { return .missing }
    guard kind == .regular else { throw .notAnArchive(path: path.string) }
    do {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(10)
        let queue = try DatabaseQueue(path: name, configuration: configuration)
        return try queue.read { db in
            let id = try Int32.fetchOne(db, sql: "PRAGMA application_id") ?? 0
            let version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
            let tables = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master") ?? 0
            if id == 0, version == 0, tables == 0 { return .missing }
            guard id == applicationID else { throw ArchiveError.notAnArchive(path: path.string) }
            guard version <= schemaVersion else { throw ArchiveError.newerVersion(path: path.string) }
            return .archive
        }
    } catch {
        throw ArchiveError(error, path: path)
    }
}
