import Foundation
import SystemPackage

/// The right to run on a database: `flock` on `<database>.lock`.
///
/// The kernel drops the lock with the process, however it ends, so what a killed run leaves is a file that locks
/// nothing. Its text says who holds it. The object's end releases the lock.
final class RunLock: Sendable {
    private let path: FilePath
    private let descriptor: FileDescriptor

    private init(path: FilePath, descriptor: FileDescriptor) {
        self.path = path
        self.descriptor = descriptor
    }

    deinit { try? descriptor.close() }

    /// Takes the lock, or says who has it.
    static func take(for database: FilePath) throws(ArchiveError) -> RunLock {
        let path = lockPath(for: database)
        // `holder(of:)` of another process holds the lock for a moment: look again before believing it.
        var looks = 0
        while true {
            let lock = try open(path, for: database)
            switch lock.attempt() {
            case .held: return lock
            case .outdated: continue
            case .busy:
                looks += 1
                if looks == 5 { throw .inUse(path: database.string, holder: lock.text ?? "another run") }
                usleep(20_000)
            }
        }
    }

    enum Attempt { case held, busy, outdated }

    /// The file, made if need be, not locked yet.
    static func open(_ path: FilePath, for database: FilePath) throws(ArchiveError) -> RunLock {
        do {
            let descriptor = try FileDescriptor.open(
                path, .readWrite, options: [.create, .closeOnExec],
                permissions: [.ownerReadWrite, .groupRead, .otherRead])
            return RunLock(path: path, descriptor: descriptor)
        } catch {
            throw .sqlite(path: database.string, reason: "its lock file cannot be opened (\(error))")
        }
    }

    /// Locks the opened file. Outdated: a run that ended since it was opened has removed it, and it locks nothing.
    func attempt() -> Attempt {
        guard flock(descriptor.rawValue, LOCK_EX | LOCK_NB) == 0 else { return .busy }
        return isStillTheFile ? .held : .outdated
    }

    /// What the holder wrote about itself; nil: no run holds the database.
    static func holder(of database: FilePath) -> String? {
        guard let descriptor = try? FileDescriptor.open(lockPath(for: database), .readOnly, options: .closeOnExec)
        else { return nil }
        let lock = RunLock(path: lockPath(for: database), descriptor: descriptor)
        if flock(descriptor.rawValue, LOCK_SH | LOCK_NB) == 0 { return nil }
        return lock.text ?? "another run"
    }

    /// Tells a second comer who holds the lock.
    func describe(_ holder: String) {
        // Only a message: a full disk must not keep a run from going on.
        _ = try? descriptor.resize(to: 0)
        _ = try? descriptor.writeAll(toAbsoluteOffset: 0, Array((holder + "\n").utf8))
    }

    /// Removes the file while the lock is still held: whoever opened it before sees that it is gone.
    func remove() { _ = path.withPlatformString { unlink($0) } }

    private var isStillTheFile: Bool {
        var own = stat()
        var named = stat()
        guard fstat(descriptor.rawValue, &own) == 0 else { return false }
        guard path.withPlatformString({ stat($0, &named) }) == 0 else { return false }
        return own.st_ino == named.st_ino && own.st_dev == named.st_dev
    }

    private var text: String? {
        let bytes = try? [UInt8](unsafeUninitializedCapacity: 512) { buffer, count in
            count = try descriptor.read(fromAbsoluteOffset: 0, into: UnsafeMutableRawBufferPointer(buffer))
        }
        guard let bytes, let line = bytes.split(separator: UInt8(ascii: "\n")).first else { return nil }
        return String(decoding: line, as: UTF8.self)
    }
}

/// Beside the file itself, so that a symbolic link to a database shares its lock.
private func lockPath(for database: FilePath) -> FilePath {
    let resolved = database.withPlatformString { realpath($0, nil) }
    defer { free(resolved) }
    let path = resolved.map { FilePath(platformString: $0) } ?? database
    return FilePath(bytes: path.bytes + Data(".lock".utf8))
}
