import Archive
import Crypto
import Foundation
import Media
import SystemPackage

func sha256Hex(_ data: Data) -> String {
    hex(SHA256.hash(data: data))
}

private func hex(_ digest: SHA256.Digest) -> String {
    digest.map { byte in
        let digits = String(byte, radix: 16)
        return byte < 16 ? "0" + digits : digits
    }.joined()
}

/// SHA-256 of a file's bytes, read in pieces of 1 MiB. Throws `MediaError.unreadable`; nil: stopped in between.
func contentHash(of path: FilePath, isStopped: () -> Bool) throws(MediaError) -> String? {
    do {
        let file = try FileDescriptor.open(path, .readOnly)
        defer { try? file.close() }
        var hasher = SHA256()
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
        defer { buffer.deallocate() }
        while true {
            if isStopped() { return nil }
            let count = try file.read(into: buffer)
            if count == 0 { return hex(hasher.finalize()) }
            hasher.update(bufferPointer: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
    } catch {
        throw .unreadable(reason: reason(of: error))
    }
}

/// Stands for the content of a file that cannot be read, so that its failure has a row of its own.
func unreadableHash(of path: FilePath) -> String {
    "unreadable:" + path.withPlatformString { sha256Hex(Data(bytes: $0, count: strlen($0))) }
}

/// Size, modification time and inode. Throws `MediaError.unreadable` where there is no regular file.
func fileStamp(of path: FilePath) throws(MediaError) -> FileStamp {
    var status = stat()
    guard path.withPlatformString({ stat($0, &status) }) == 0 else {
        throw .unreadable(reason: reason(of: Errno(rawValue: errno)))
    }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .unreadable(reason: "not a regular file") }
    return FileStamp(
        size: Int64(status.st_size),
        modifiedNanoseconds: Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec),
        inode: UInt64(status.st_ino))
}

private func reason(of error: any Error) -> String {
    (error as? Errno)?.description ?? String(describing: error)
}
