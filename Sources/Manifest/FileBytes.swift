import SystemPackage

/// Whole files as bytes.
enum FileBytes {
    /// At most `limit` bytes of a file (or of a pipe, to its end).
    static func read(_ path: FilePath, atMost limit: Int = .max) throws(Errno) -> [UInt8] {
        do {
            let file = try FileDescriptor.open(path, .readOnly)
            return try file.closeAfter {
                var bytes: [UInt8] = []
                var chunk = [UInt8](repeating: 0, count: 1 << 18)
                while bytes.count < limit {
                    let count = try chunk.withUnsafeMutableBytes { try file.read(into: $0) }
                    if count == 0 { break }
                    bytes += chunk[..<min(count, limit - bytes.count)]
                }
                return bytes
            }
        } catch let error as Errno {
            throw error
        } catch {
            throw .ioError
        }
    }
}

extension [UInt8] {
    /// Without the three bytes that some editors put in front of UTF-8.
    var withoutByteOrderMark: ArraySlice<UInt8> {
        starts(with: [0xEF, 0xBB, 0xBF]) ? dropFirst(3) : self[...]
    }
}
