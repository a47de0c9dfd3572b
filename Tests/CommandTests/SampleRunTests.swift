import Foundation
import SystemPackage
import Testing

/// Whole runs with the sample model over the sample media.
@Suite(.enabled(if: Repository.hasSamples)) struct SampleRunTests {
    private let scratch: Scratch

    init() throws {
        scratch = try Scratch()
        try scratch.write(
            "job.yaml",
            """
            model: \(Repository.model)
            database: job.sqlite
            inputs:
              - \(Repository.media)
            tasks: [caption, transcribe]
            """)
    }

    private func run(_ more: String...) throws -> Outcome {
        try Command.runAll(["run", "job.yaml", "--threads", "2"] + more, in: scratch.directory)
    }

    private func export(_ database: String = "job.sqlite") throws -> String {
        let outcome = try Command.run("export", database, "--format", "jsonl", in: scratch.directory)
        #expect(outcome.status == 0)
        return outcome.output
    }

    @Test("a run says what it did, and a second one that nothing was left")
    func wholeRun() throws {
        let first = try run()
        #expect(first.status == 0, "\(first.errors)")
        #expect(first.errors.contains("Done: "))
        #expect(first.errors.contains("Database: job.sqlite"))
        #expect(!first.output.isEmpty)
        let exported = try export()
        #expect(exported.split(separator: "\n").count >= 5)

        let second = try run()
        #expect(second.status == 0)
        #expect(second.errors.contains("Nothing to do"))
        #expect(second.output.isEmpty)
        #expect(try export() == exported)

        let status = try Command.run("status", "job.sqlite", in: scratch.directory)
        #expect(status.status == 0)
        #expect(status.output.contains("job.yaml"))
        #expect(status.output.contains("finished"))

        for format in ["srt", "vtt"] {
            let subtitles = try Command.run(
                "export", "job.sqlite", "--format", format, "--output", format, in: scratch.directory)
            #expect(subtitles.status == 0)
            let files = try FileManager.default.contentsOfDirectory(atPath: scratch.path(format).string)
            #expect(files.contains { $0.hasSuffix(".transcribe.\(format)") })
        }
        #expect(try Command.run("export", "job.sqlite", "--format", "srt", in: scratch.directory).status == 64)
    }

    @Test("the export depends neither on batch size nor on threads")
    func batchAndThreads() throws {
        _ = try run("--database", "one.sqlite", "--batch-size", "1")
        let other = try Command.run(
            "run", "job.yaml", "--database", "sixteen.sqlite", "--batch-size", "16", "--threads", "1",
            in: scratch.directory)
        #expect(other.status == 0)
        #expect(try export("one.sqlite") == export("sixteen.sqlite"))
    }

    @Test("killed at any moment and started again, a run exports the same bytes")
    func killed() throws {
        _ = try run("--database", "undisturbed.sqlite")
        let expected = try export("undisturbed.sqlite")
        for attempt in 0..<6 {
            let process = Command.process(["run", "job.yaml", "--progress", "none"], in: scratch.directory)
            try process.run()
            usleep(UInt32(30_000 + attempt * 150_000))
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
        #expect(try run().status == 0)
        #expect(try export() == expected)
    }

    @Test("interrupted, a run keeps what is done, says how to go on and exits with 75", arguments: [SIGINT, SIGTERM])
    func interrupted(signal: Int32) throws {
        let process = Command.process(["run", "job.yaml", "--batch-size", "1"], in: scratch.directory)
        let errors = Pipe()
        process.standardError = errors
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        // The first line comes when the model is loaded; the work is still to do.
        let first = errors.fileHandleForReading.availableData
        #expect(String(decoding: first, as: UTF8.self).hasPrefix("Nightreel"))
        kill(process.processIdentifier, signal)
        let rest = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationReason == .exit)
        #expect(process.terminationStatus == 75)
        #expect(rest.contains("Go on with: nightreel run job.yaml"))
        #expect(try run().status == 0)
    }

    @Test("a second run on the same database says who holds it and exits with 75")
    func locked() throws {
        let process = Command.process(["run", "job.yaml", "--batch-size", "1"], in: scratch.directory)
        let errors = Pipe()
        process.standardError = errors
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        _ = errors.fileHandleForReading.availableData
        // The first run holds the lock from now on; stopped, it cannot end before the second has tried.
        usleep(200_000)
        kill(process.processIdentifier, SIGSTOP)
        let second = try run()
        kill(process.processIdentifier, SIGCONT)
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        #expect(second.status == 75)
        #expect(second.errors.contains("job.sqlite is in use by run 1 (pid \(process.processIdentifier)"))
        #expect(second.errors.contains("Nothing was run."))
    }

    @Test("bad files give exit status 1 and a row each; the good ones are done")
    func badFiles() throws {
        try scratch.write("text.mp4", "no film")
        try scratch.write("empty.wav", "")
        try scratch.write(
            "bad.yaml",
            """
            model: \(Repository.model)
            database: bad.sqlite
            inputs: [text.mp4, empty.wav, missing.png, '\(Repository.media)/*.png']
            tasks: [caption, transcribe]
            """)
        let outcome = try Command.run("run", "bad.yaml", "--progress", "plain", in: scratch.directory)
        #expect(outcome.status == 1, "\(outcome.errors)")
        #expect(outcome.errors.contains("missing.png"))
        let rows = try export("bad.sqlite").split(separator: "\n")
        #expect(rows.contains { $0.contains("text.mp4") && $0.contains("\"failed\"") })
        #expect(rows.contains { $0.contains("empty.wav") && $0.contains("\"failed\"") })
        #expect(rows.contains { $0.contains(".png") && $0.contains("\"done\"") })
    }

    @Test("progress as JSON is one object a line, from planned to finished")
    func jsonProgress() throws {
        let outcome = try run("--progress", "json")
        let events = try outcome.errors.split(separator: "\n").map { line in
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            return try #require(object?["event"] as? String)
        }
        #expect(events.contains("planned"))
        #expect(events.contains("unit"))
        #expect(events.last == "finished")
        #expect(outcome.output.isEmpty)
    }

    @Test("generate answers about a picture, as text and as JSON")
    func generate() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: Repository.media.string)
        let picture = try #require(names.sorted().first { $0.hasSuffix(".png") })
        let arguments = [
            "generate", "--model", Repository.model.string, "--image", Repository.media.appending(picture).string,
            "--max-new-tokens", "40",
        ]
        let text = try Command.runAll(arguments + ["Describe the image."])
        let json = try Command.runAll(arguments + ["--json", "Describe the image."])
        #expect(text.status == 0, "\(text.errors)")
        #expect(json.status == 0)
        let object = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
        #expect(object?["text"] as? String == text.output.trimmingCharacters(in: .newlines))
        let missing = try Command.run("generate", "--model", Repository.model.string, "--image", "no.png", "What?")
        #expect(missing.status == 65)
        #expect(missing.errors.contains("no.png"))
    }
}
