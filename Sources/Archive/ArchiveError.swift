import GRDB
import SystemPackage

/// What is wrong with the database, one line.
public enum ArchiveError: Error, Equatable, Sendable, CustomStringConvertible {
    case notFound(path: String)
    /// Another application's file, or no SQLite database at all.
    case notAnArchive(path: String)
    case newerVersion(path: String)
    /// Another run holds it. `holder`: "run 41 (pid 5120 on mediabox, since 22:00:03)".
    case inUse(path: String, holder: String)
    case sqlite(path: String, reason: String)

    public var description: String {
        switch self {
        case .notFound(let path):
            "\(path): there is no such database."
        case .notAnArchive(let path):
            "\(path) is not a Nightreel database; give another path."
        case .newerVersion(let path):
            "\(path) was written by a newer version of Nightreel; use that version, or another database."
        case .inUse(let path, let holder):
            "\(path) is in use by \(holder)."
        case .sqlite(let path, let reason):
            "\(path): \(reason)."
        }
    }

    init(_ error: any Error, path: FilePath) {
        switch error {
        case let error as ArchiveError: self = error
        case let error as DatabaseError: self = .init(error, path: path)
        default: self = .sqlite(path: path.string, reason: String(describing: error))
        }
    }

    private init(_ error: DatabaseError, path: FilePath) {
        let name = path.string
        switch error.resultCode {
        case .SQLITE_NOTADB:
            self = .notAnArchive(path: name)
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            self = .sqlite(path: name, reason: "another program keeps it locked; close that and start again")
        case .SQLITE_FULL:
            self = .sqlite(path: name, reason: "the disk is full; make room and start again")
        case .SQLITE_CANTOPEN:
            self = .sqlite(path: name, reason: "cannot be opened; its directory must exist and be writable")
        case .SQLITE_READONLY, .SQLITE_PERM:
            self = .sqlite(path: name, reason: "cannot be written; check its permissions and its directory's")
        case .SQLITE_CORRUPT:
            self = .sqlite(path: name, reason: "the file is damaged; `sqlite3 FILE .recover` may save its rows")
        default:
            self = .sqlite(path: name, reason: error.message ?? "SQLite error \(error.resultCode.rawValue)")
        }
    }
}
