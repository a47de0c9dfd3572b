import Foundation
import GRDB
import Synchronization
import SystemPackage

/// The database of one job: plan, checkpoints and results.
///
/// Every call is one transaction, so a process that is killed leaves the state after its last finished call. SQLite in
/// WAL mode with `synchronous = NORMAL`: a power cut may lose the last transactions, never the file. One process may
/// run (`beginRun`) while others read (`status`, exports). Safe to share between threads.
public final class Archive: Sendable {
    public let path: FilePath
    let pool: DatabasePool
    let runLock = Mutex<RunLock?>(nil)

    /// Opens the database at `path`; creates the file where `create` says so; migrates an older schema.
    ///
    /// A file of another application or of a newer Nightreel is refused before anything in it is touched.
    public init(_ path: FilePath, create: Bool) throws(ArchiveError) {
        self.path = path
        let name = try absoluteName(of: path)
        if try identify(path, name: name) == .missing, !create { throw .notFound(path: path.string) }
        do {
            pool = try DatabasePool(path: name, configuration: Archive.configuration)
            try pool.writeWithoutTransaction { db in try migrate(db, path: path) }
        } catch {
            throw ArchiveError(error, path: path)
        }
    }

    private static var configuration: Configuration {
        var configuration = Configuration()
        configuration.foreignKeysEnabled = true
        configuration.busyMode = .timeout(10)
        configuration.prepareDatabase { db in try db.execute(sql: "PRAGMA synchronous = NORMAL") }
        return configuration
    }

    /// Whether the database lies on NFS, SMB, sshfs or the like, where SQLite's locks and shared memory cannot be
    /// relied on.
    public var isOnNetworkFilesystem: Bool { isNetworkFilesystem(at: path) }
}

extension Archive {
    /// Runs `body` in a transaction of its own, or as a part of the surrounding `planningBatch`.
    func write<T>(_ body: (Database) throws -> T) throws(ArchiveError) -> T {
        do {
            return try transaction(body)
        } catch {
            throw ArchiveError(error, path: path)
        }
    }

    /// Reads through the writing connection, so that a `planningBatch` sees what it has written itself.
    func readOwnWrites<T>(_ body: (Database) throws -> T) throws(ArchiveError) -> T {
        do {
            return try pool.unsafeReentrantWrite(body)
        } catch {
            throw ArchiveError(error, path: path)
        }
    }

    /// Reads a snapshot, undisturbed by writers and not disturbing them.
    func read<T>(_ body: (Database) throws -> T) throws(ArchiveError) -> T {
        do {
            return try pool.read(body)
        } catch {
            throw ArchiveError(error, path: path)
        }
    }

    func transaction<T>(_ body: (Database) throws -> T) throws -> T {
        try pool.unsafeReentrantWrite { db in
            var result: T?
            try db.inSavepoint {
                result = try body(db)
                return .commit
            }
            return result!
        }
    }
}

/// SQLite takes file names as UTF-8, and gives names such as ":memory:" and "file:..." a meaning that absolute ones
/// never have.
private func absoluteName(of path: FilePath) throws(ArchiveError) -> String {
    let directory = FilePath(FileManager.default.currentDirectoryPath)
    let absolute = path.isAbsolute ? path : directory.appending(path.components)
    guard let name = String(validating: absolute) else {
        throw .sqlite(path: path.string, reason: "a database's path must be valid UTF-8; give it another name")
    }
    return name
}
