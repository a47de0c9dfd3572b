import Foundation
import Manifest
import SystemPackage
import Testing

/// A directory of its own for a test, removed afterwards.
final class Workspace {
    let directory: FilePath

    init() throws {
        var template = Array("\(NSTemporaryDirectory())/manifest-XXXXXX".utf8CString)
        _ = try #require(mkdtemp(&template))
        let resolved = try #require(realpath(template, nil))
        defer { free(resolved) }
        directory = FilePath(platformString: resolved)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: directory.string)
    }

    /// Writes a file, folders included, and returns its path.
    @discardableResult
    func write(_ name: FilePath, _ content: some Sequence<UInt8> = []) throws -> FilePath {
        let path = directory.pushing(name)
        try makeFolders(path.removingLastComponent())
        let file = try FileDescriptor.open(
            path, .writeOnly, options: [.create, .truncate], permissions: [.ownerReadWrite])
        try file.closeAfter { _ = try file.writeAll(Array(content)) }
        return path
    }

    @discardableResult
    func write(_ name: FilePath, _ text: String) throws -> FilePath {
        try write(name, text.utf8)
    }

    func link(_ name: FilePath, to target: String) throws {
        let path = directory.pushing(name)
        try makeFolders(path.removingLastComponent())
        try #require(path.withPlatformString { symlink(target, $0) } == 0)
    }

    /// The paths of expanded files, without the workspace in front.
    func names(_ expansion: InputExpansion) -> [String] {
        expansion.files.map { file in
            var path = file.path
            return path.removePrefix(directory) ? path.string : file.path.string
        }
    }

    private func makeFolders(_ path: FilePath) throws {
        try FileManager.default.createDirectory(atPath: path.string, withIntermediateDirectories: true)
    }
}

/// Reads `text` as the file `job.yaml` of an otherwise empty directory.
func readJob(_ text: String, as name: FilePath = "job.yaml") throws -> Job {
    let workspace = try Workspace()
    return try Job.read(workspace.write(name, text))
}

/// The mistakes of a manifest as `line:column: message`.
func mistakes(_ text: String, as name: FilePath = "job.yaml") throws -> [String] {
    do {
        _ = try readJob(text, as: name)
        return []
    } catch let error as ManifestError {
        return error.diagnostics.map { "\($0.line):\($0.column): \($0.message)" }
    }
}

/// The root of the repository, for its schema and its manifests.
let repository = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
