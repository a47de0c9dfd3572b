import Glibc
import SystemPackage

/// What a directory holds, by the raw bytes of its names: they need be no text.
enum Directory {
    struct Entry {
        var name: FilePath.Component
        var bytes: [UInt8]
        /// DT_REG, DT_DIR, DT_LNK, ...; DT_UNKNOWN where the file system does not say.
        var type: UInt8
    }

    /// All entries but `.` and `..`, in byte order.
    static func entries(of path: FilePath) throws(Errno) -> [Entry] {
        guard let directory = path.withPlatformString({ opendir($0) }) else { throw Errno(rawValue: errno) }
        defer { closedir(directory) }
        var entries: [Entry] = []
        errno = 0
        while let entry = readdir(directory) {
            let type = entry.pointee.d_type
            withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: $0.pointee)) { name in
                    guard let component = FilePath.Component(platformString: name), component.kind == .regular
                    else { return }
                    let bytes = Array(UnsafeRawBufferPointer(start: name, count: strlen(name)))
                    entries.append(Entry(name: component, bytes: bytes, type: type))
                }
            }
            errno = 0
        }
        if errno != 0 { throw Errno(rawValue: errno) }
        return entries.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
    }
}

/// A file's kind and identity, symbolic links followed.
struct FileStatus {
    enum Kind { case file, directory, other }

    var kind: Kind
    var device: UInt64
    var inode: UInt64

    init(_ path: FilePath) throws(Errno) {
        var status = stat()
        guard path.withPlatformString({ stat($0, &status) }) == 0 else { throw Errno(rawValue: errno) }
        kind =
            switch status.st_mode & S_IFMT {
            case S_IFREG: .file
            case S_IFDIR: .directory
            default: .other
            }
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
    }
    static func isSymbolicLink(_ path: FilePath) -> Bool {
        var status = stat()
        return path.withPlatformString { lstat($0, &status) } == 0 && status.st_mode & S_IFMT == S_IFLNK
    }
}
