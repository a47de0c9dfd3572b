import Foundation
import GRDB
import SystemPackage

@testable import Archive

/// A temporary directory that goes with the object, and short ways to fill a database in it.
final class Workplace {
    let directory: FilePath

    init() throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "archive-tests-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        directory = FilePath(url.path)
    }

    deinit { try? FileManager.default.removeItem(atPath: directory.string) }

    var database: FilePath { directory.appending("night.sqlite") }

    func open() throws -> Archive { try Archive(database, create: true) }

    func write(_ text: String, to name: String) throws {
        try text.write(toFile: directory.appending(name).string, atomically: false, encoding: .utf8)
    }

    func contents(_ path: FilePath) throws -> String {
        try String(contentsOfFile: path.string, encoding: .utf8)
    }

    /// Names of the files in a directory below, hidden ones too, sorted.
    func names(in name: String = "") throws -> [String] {
        let path = name.isEmpty ? directory : directory.appending(name)
        return try FileManager.default.contentsOfDirectory(atPath: path.string).sorted()
    }

    /// Runs a command; its standard output.
    func run(_ command: String, _ arguments: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: command)
        process.arguments = arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self)
    }
}

let transcribe = RecipeRecord(
    hash: "recipe-t", task: "transcribe", kind: "transcribe", prompt: "Write down.", settings: "{}")
let caption = RecipeRecord(hash: "recipe-c", task: "caption", kind: "caption", prompt: "Describe.", settings: "{}")

func runRecord(model: String = "sample", fingerprint: String = "model-1") -> RunRecord {
    RunRecord(
        manifest: "nightly.yaml", model: model, modelFingerprint: fingerprint, precision: "int8", engine: "portable",
        version: "0.1.0", threads: 4, batchSize: 8)
}

func audio(_ hash: String, duration: Double = 9) -> MediaRecord {
    MediaRecord(
        hash: hash, bytes: 1000, kind: "audio", format: "mp3", duration: duration, audioCodec: "mp3", channels: 2,
        sampleRate: 44100)
}

func image(_ hash: String) -> MediaRecord {
    MediaRecord(hash: hash, bytes: 500, kind: "image", format: "png", width: 64, height: 48, videoCodec: "png")
}

func result(
    _ text: String, flags: [String] = [], meanLogProbability: Double? = -0.25, finishReason: String = "stop"
) -> UnitResult {
    UnitResult(
        text: text, finishReason: finishReason, meanLogProbability: meanLogProbability, promptTokens: 100,
        mediaTokens: 80, newTokens: 10, secondsCovered: 4.5, flags: flags, decodeMediaSeconds: 0.5,
        encodeSeconds: 0.25, prefillSeconds: 0.5, generateSeconds: 1)
}

let stamp = FileStamp(size: 1000, modifiedNanoseconds: 1_700_000_000_123_456_789, inode: .max)

extension Archive {
    /// A file with its units, planned for `run`. Returns the media's id.
    @discardableResult
    func add(
        _ path: FilePath, _ media: MediaRecord, _ units: [PlannedUnit], _ recipe: RecipeRecord, id: String? = nil,
        run: Int64
    ) throws -> Int64 {
        let media = try saveFile(path, stamp: stamp, itemID: id, media: media, run: run)
        try plan(units, media: media, recipe: recipe, run: run)
        return media
    }

    func allWaiting(_ run: Int64) throws -> [UnitWork] { try waitingUnits(run: run, limit: 1000, after: nil) }

    func rows() throws -> [ExportRow] {
        var rows: [ExportRow] = []
        try forEachRow { rows.append($0) }
        return rows
    }

    /// "path start task status text" of each row.
    func listing() throws -> [String] {
        try rows().map { "\($0.path) \($0.start) \($0.task) \($0.status) \($0.text ?? "-")" }
    }
}
