import Glibc
import SystemPackage

/// A regular file mapped read-only and shared. A file that another program cuts short while it is mapped ends this
/// process with SIGBUS: that is how mmap works, and why a model must not be overwritten in place.
final class MappedFile: @unchecked Sendable {
    let path: FilePath
    let bytes: UnsafeRawBufferPointer

    init(_ path: FilePath) throws(CheckpointError) {
        // Non-blocking, because opening a FIFO would wait for a writer for ever.
        let descriptor = path.withPlatformString { open($0, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
        guard descriptor >= 0 else {
            let code = Errno(rawValue: errno)
            throw code == .noSuchFileOrDirectory
                ? .missingFile(path: path.string) : .io(path: path.string, reason: "cannot be opened: \(code)")
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw .invalidFile(path: path.string, reason: "is no regular file")
        }
        let size = Int(status.st_size)
        self.path = path
        guard size > 0 else {
            bytes = UnsafeRawBufferPointer(start: nil, count: 0)
            return
        }
        let address = mmap(nil, size, PROT_READ, MAP_SHARED, descriptor, 0)
        guard let address, address != MAP_FAILED else {
            throw .io(path: path.string, reason: "cannot be mapped into memory: \(Errno(rawValue: errno))")
        }
        bytes = UnsafeRawBufferPointer(start: address, count: size)
    }

    deinit {
        if let start = bytes.baseAddress { munmap(UnsafeMutableRawPointer(mutating: start), bytes.count) }
    }

    /// A small text file (configuration, tokenizer, index) whole; more than `limit` bytes is an error.
    static func contents(of path: FilePath, limit: Int = 256 << 20) throws(CheckpointError) -> [UInt8] {
        let file = try MappedFile(path)
        guard file.bytes.count <= limit else {
            throw .invalidFile(path: path.string, reason: "has \(file.bytes.count) bytes; at most \(limit) make sense")
        }
        return [UInt8](file.bytes)
    }
}

/// Lets go of the pages behind a read-only mapped range: they come back from the file when touched again. Keeps the
/// memory of a pass over a large checkpoint small.
func releasePages(of bytes: UnsafeRawBufferPointer) {
    guard let start = bytes.baseAddress else { return }
    let page = sysconf(Int32(_SC_PAGESIZE))
    let first = Int(bitPattern: start) / page * page
    let end = Int(bitPattern: start) + bytes.count
    madvise(UnsafeMutableRawPointer(bitPattern: first), end - first, MADV_DONTNEED)
}

extension FilePath {
    /// Whether something of that name is there; symbolic links are followed.
    var exists: Bool { withPlatformString { access($0, F_OK) == 0 } }
}
