import Archive
import Foundation
import Manifest
import Pipeline
import SystemPackage
import Testing

/// A temporary directory with media, a database and a job over it; removed with the value.
final class Workshop {
    let directory: FilePath
    var media: FilePath { directory.appending("media") }
    var database: FilePath { directory.appending("job.sqlite") }

    init() throws {
        let name = "nightreel-\(UUID().uuidString)"
        directory = FilePath(NSTemporaryDirectory()).appending(name)
        try FileManager.default.createDirectory(
            atPath: directory.appending("media").string, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: directory.string)
    }

    func path(_ name: String) -> FilePath { media.appending(name) }

    /// A file that ffmpeg makes from a lavfi source.
    func make(_ name: String, _ arguments: String...) throws {
        try runTool("ffmpeg", ["-v", "error", "-y"] + arguments + [path(name).string])
    }

    func picture(_ name: String, color: String, size: String = "64x48") throws {
        try make(name, "-f", "lavfi", "-i", "color=\(color):size=\(size)", "-frames:v", "1")
    }

    /// `seconds` of a tone, with a pause of 0.2 s every two seconds.
    func tone(_ name: String, hertz: Int, seconds: Int) throws {
        try make(
            name, "-f", "lavfi", "-i", "sine=frequency=\(hertz):sample_rate=16000:duration=\(seconds)",
            "-af", "volume='if(lt(mod(t,2),1.8),0.5,0)':eval=frame")
    }

    func film(_ name: String, seconds: Int, sound: Bool) throws {
        let picture = ["-f", "lavfi", "-i", "testsrc=size=96x64:rate=10:duration=\(seconds)"]
        let tone = ["-f", "lavfi", "-i", "sine=frequency=440:duration=\(seconds)", "-shortest"]
        let arguments = picture + (sound ? tone : []) + ["-pix_fmt", "yuv420p"]
        try runTool("ffmpeg", ["-v", "error", "-y"] + arguments + [path(name).string])
    }

    func write(_ name: String, _ text: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path(name).string))
    }

    func job(_ tasks: [JobTask], inputs: [Input]? = nil) -> Job {
        Job(
            manifest: directory.appending("job.yaml"), name: "job", model: nil, database: database,
            inputs: inputs ?? [.path(media, recursive: true)], tasks: tasks)
    }

    /// One execution of `job` with a fake engine.
    @discardableResult
    func run(
        _ job: Job, engine: FakeEngine = FakeEngine(), stop: StopSignal = StopSignal(),
        reporter: any ProgressReporter = QuietReporter()
    ) throws -> RunSummary {
        let archive = try Archive(job.database, create: true)
        let record = RunRecord(
            manifest: "job.yaml", model: "fake", modelFingerprint: "fake", precision: "float32", engine: "fake",
            version: nightreelVersion, threads: 2, batchSize: engine.batchSize)
        return try JobRun(
            job: job, archive: archive, record: record, engine: engine, settings: FeatureSettings(), stop: stop
        ).execute(reporter: reporter)
    }

    /// The JSONL export.
    func export() throws -> String {
        let file = directory.appending("export.jsonl")
        let archive = try Archive(database, create: false)
        _ = try Exporter(archive: archive, format: .jsonl).export(to: file)
        return try String(contentsOfFile: file.string, encoding: .utf8)
    }

    func rows() throws -> [ExportRow] {
        var rows: [ExportRow] = []
        try Archive(database, create: false).forEachRow { rows.append($0) }
        return rows
    }

    func row(_ name: String, _ task: String) throws -> ExportRow {
        let row = try rows().first { $0.path.lastComponent?.string == name && $0.task == task }
        return try #require(row)
    }
}

func runTool(_ name: String, _ arguments: [String]) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [name] + arguments
    process.standardInput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "\(name) \(arguments)")
}

extension JobTask {
    static func make(
        _ kind: TaskKind, name: String? = nil, prompt: String = "What?", segmentSeconds: Double = 30
    ) -> JobTask {
        var limits = Limits()
        limits.segmentSeconds = segmentSeconds
        limits.maxFrames = 8
        return JobTask(
            kind: kind, name: name ?? kind.rawValue, prompt: prompt, system: nil, media: kind.media, limits: limits,
            sampling: .factual)
    }
}

final class QuietReporter: ProgressReporter {
    func planning(done: Int, total: Int) {}
    func planned(_ overview: JobOverview) {}
    func unit(_ unit: FinishedUnit, progress: RunProgress) {}
    func step(_ progress: RunProgress) {}
    func finished(_ summary: RunSummary) {}
}
