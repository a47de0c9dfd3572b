import Glibc
import SystemPackage

/// Files and directories whose changes survive a crash of the machine. Errors are `CheckpointError.io`.
enum DurableFiles {
    static func failure(_ path: FilePath, _ action: String) -> CheckpointError {
        .io(path: path.string, reason: "\(action): \(Errno(rawValue: errno))")
    }

    /// Puts the whole content in place at once: readers see the old file or the new one.
    static func write(_ content: some Collection<UInt8>, to path: FilePath) throws(CheckpointError) {
        let temporary = FilePath(path.string + ".writing")
        let file = try OutputFile(temporary)
        try Array(content).withUnsafeBufferPointer { (bytes) throws(CheckpointError) in
            try file.write(UnsafeRawBufferPointer(bytes), at: 0)
        }
        try file.synchronize()
        try move(temporary, to: path)
        try synchronize(directory: path.removingLastComponent())
    }

    static func move(_ source: FilePath, to target: FilePath) throws(CheckpointError) {
        let status = source.withPlatformString { from in target.withPlatformString { rename(from, $0) } }
        guard status == 0 else { throw failure(source, "cannot be renamed to \(target)") }
    }

    static func synchronize(directory: FilePath) throws(CheckpointError) {
        let descriptor = directory.withPlatformString { open($0, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
        guard descriptor >= 0 else { throw failure(directory, "cannot be opened") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure(directory, "cannot be written to disk") }
    }

    /// Creates a directory and those above it where they are missing.
    static func createDirectory(_ path: FilePath) throws(CheckpointError) {
        if path.isEmpty || path.exists { return }
        try createDirectory(path.removingLastComponent())
        guard path.withPlatformString({ mkdir($0, 0o777) }) == 0 || errno == EEXIST else {
            throw failure(path, "cannot be created")
        }
    }

    /// Names in a directory, without "." and "..", in byte order.
    static func entries(of directory: FilePath) throws(CheckpointError) -> [FilePath.Component] {
        guard let stream = directory.withPlatformString({ opendir($0) }) else {
            throw failure(directory, "cannot be listed")
        }
        defer { closedir(stream) }
        var names: [FilePath.Component] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { FilePath.Component(platformString: $0) }
            }
            if let name, name.kind == .regular { names.append(name) }
        }
        return names.sorted { $0.string < $1.string }
    }

    static func remove(_ path: FilePath) throws(CheckpointError) {
        guard path.withPlatformString({ unlink($0) }) == 0 || errno == ENOENT else {
            throw failure(path, "cannot be removed")
        }
    }

    /// Bytes that an unprivileged process may still write to the file system of `path`.
    static func availableSpace(_ path: FilePath) throws(CheckpointError) -> Int {
        var status = statvfs()
        guard path.withPlatformString({ statvfs($0, &status) }) == 0 else {
            throw failure(path, "free space cannot be found out")
        }
        let bytes = UInt(status.f_bavail).multipliedReportingOverflow(by: UInt(status.f_frsize))
        return bytes.overflow ? Int.max : Int(clamping: bytes.partialValue)
    }
}

/// A new file, written at any offset.
final class OutputFile {
    let path: FilePath
    private let descriptor: Int32

    init(_ path: FilePath) throws(CheckpointError) {
        self.path = path
        descriptor = path.withPlatformString { open($0, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666) }
        guard descriptor >= 0 else { throw DurableFiles.failure(path, "cannot be created") }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(CheckpointError) {
        var done = 0
        while done < bytes.count {
            let written = pwrite(descriptor, bytes.baseAddress! + done, bytes.count - done, offset + done)
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { throw DurableFiles.failure(path, "cannot be written") }
            done += written
        }
    }

    func synchronize() throws(CheckpointError) {
        guard fsync(descriptor) == 0 else { throw DurableFiles.failure(path, "cannot be written to disk") }
    }
}
