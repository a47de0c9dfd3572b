import Foundation
import SystemPackage

/// A text file that appears under its name when it is complete.
///
/// Written beside its place under a hidden name, renamed by `close`; dropped without `close` it leaves nothing behind.
/// What is no regular file (/dev/stdout, a pipe) is written directly: renaming would replace it.
final class OutputFile {
    private let descriptor: FileDescriptor
    private let path: FilePath
    private let temporary: FilePath?
    private var buffer: [UInt8] = []
    private var isClosed = false

    private init(descriptor: FileDescriptor, path: FilePath, temporary: FilePath?) {
        self.descriptor = descriptor
        self.path = path
        self.temporary = temporary
    }

    convenience init(at path: FilePath) throws(ExportError) {
        do {
            if let kind = FileKind(of: path), kind != .regular {
                let descriptor = try FileDescriptor.open(path, .writeOnly, options: .closeOnExec)
                self.init(descriptor: descriptor, path: path, temporary: nil)
                return
            }
            let place = resolved(path)
            let suffix = String(UInt64.random(in: 0 ... .max), radix: 16)
            let temporary = place.removingLastComponent().appending(".nightreel-\(suffix).tmp")
            let descriptor = try FileDescriptor.open(
                temporary, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec],
                permissions: [.ownerReadWrite, .groupReadWrite, .otherReadWrite])
            self.init(descriptor: descriptor, path: place, temporary: temporary)
        } catch let error as Errno {
            throw ExportError(error, path: path)
        } catch {
            throw .cannotWrite(path: path.string, reason: String(describing: error))
        }
    }

    static func standardOutput() -> OutputFile {
        OutputFile(descriptor: .standardOutput, path: "standard output", temporary: nil)
    }

    deinit {
        if !isClosed {
            closeDescriptor()
            removeTemporary()
        }
    }

    func write(_ text: String) throws(ExportError) {
        buffer.append(contentsOf: text.utf8)
        if buffer.count >= 1 << 16 { try flush() }
    }

    func close() throws(ExportError) {
        try flush()
        isClosed = true
        closeDescriptor()
        guard let temporary else { return }
        let code = temporary.withPlatformString { from in path.withPlatformString { rename(from, $0) } }
        if code != 0 {
            let error = Errno(rawValue: errno)
            removeTemporary()
            throw ExportError(error, path: path)
        }
    }

    private func flush() throws(ExportError) {
        do {
            try descriptor.writeAll(buffer)
            buffer.removeAll(keepingCapacity: true)
        } catch let error as Errno {
            throw ExportError(error, path: path)
        } catch {
            throw .cannotWrite(path: path.string, reason: String(describing: error))
        }
    }

    private func closeDescriptor() {
        if descriptor != .standardOutput { try? descriptor.close() }
    }

    private func removeTemporary() {
        if let temporary { _ = temporary.withPlatformString { unlink($0) } }
    }
}

/// A symbolic link stays one: the file it points to is replaced.
private func resolved(_ path: FilePath) -> FilePath {
    let real = path.withPlatformString { realpath($0, nil) }
    defer { free(real) }
    return real.map { FilePath(platformString: $0) } ?? path
}
