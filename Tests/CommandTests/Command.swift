import Foundation
import SystemPackage
import Testing

/// How a run of the binary ended.
struct Outcome {
    var status: Int32
    var output: String
    var errors: String
}

/// The binary that was built beside this test bundle.
enum Command {
    static let binary: String = {
        let this = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let bundle = this ?? CommandLine.arguments[0]
        return FilePath(bundle).removingLastComponent().appending("nightreel").string
    }()

    static func process(_ arguments: [String], in directory: FilePath? = nil) -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: binary)
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        // Help is wrapped to the terminal's width.
        process.environment = ProcessInfo.processInfo.environment.merging(["COLUMNS": "80"]) { $1 }
        if let directory { process.currentDirectoryURL = URL(fileURLWithPath: directory.string) }
        return process
    }

    /// Runs it to its end. Output goes through files, which no pipe's size can block.
    static func run(_ arguments: String..., in directory: FilePath? = nil) throws -> Outcome {
        try runAll(arguments, in: directory)
    }

    static func runAll(_ arguments: [String], in directory: FilePath? = nil) throws -> Outcome {
        let scratch = try Scratch()
        let process = process(arguments, in: directory)
        let streams = try ["out", "err"].map { name in
            let path = scratch.path(name).string
            _ = FileManager.default.createFile(atPath: path, contents: nil)
            return try #require(FileHandle(forWritingAtPath: path))
        }
        process.standardOutput = streams[0]
        process.standardError = streams[1]
        try process.run()
        process.waitUntilExit()
        return Outcome(
            status: process.terminationStatus,
            output: try String(contentsOfFile: scratch.path("out").string, encoding: .utf8),
            errors: try String(contentsOfFile: scratch.path("err").string, encoding: .utf8))
    }
}

/// A temporary directory, removed with the value.
final class Scratch {
    let directory: FilePath

    init() throws {
        directory = FilePath(NSTemporaryDirectory()).appending("nightreel-\(UUID().uuidString)")
        try FileManager.default.createDirectory(atPath: directory.string, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: directory.string) }

    func path(_ name: String) -> FilePath { directory.appending(name) }

    func write(_ name: String, _ text: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path(name).string))
    }
}

/// Files of the repository that tests use.
enum Repository {
    static let root = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
    static let model = root.appending("Samples").appending("model")
    static let media = root.appending("Samples").appending("media")
    static var hasSamples: Bool {
        [model.appending("config.json"), media].allSatisfy { FileManager.default.fileExists(atPath: $0.string) }
    }
}
