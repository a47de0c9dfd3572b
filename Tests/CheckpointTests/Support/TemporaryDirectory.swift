import Foundation
import SystemPackage

/// A directory that goes when the test does.
final class TemporaryDirectory {
    let path: FilePath

    init() throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "checkpoint-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = FilePath(url.path)
    }

    deinit { try? FileManager.default.removeItem(atPath: path.string) }

    func file(_ name: String) -> FilePath { path.appending(name) }

    @discardableResult
    func write(_ bytes: some Sequence<UInt8>, to name: String) throws -> FilePath {
        try Data(bytes).write(to: URL(filePath: file(name).string))
        return file(name)
    }
}

func contents(_ path: FilePath) throws -> Data { try Data(contentsOf: URL(filePath: path.string)) }

/// Every file below a directory with its bytes.
func tree(_ directory: FilePath) throws -> [String: Data] {
    var files: [String: Data] = [:]
    for name in try FileManager.default.subpathsOfDirectory(atPath: directory.string) {
        var isDirectory: ObjCBool = false
        let path = directory.appending(name)
        _ = FileManager.default.fileExists(atPath: path.string, isDirectory: &isDirectory)
        if !isDirectory.boolValue { files[name] = try contents(path) }
    }
    return files
}
