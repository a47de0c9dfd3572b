import Foundation
import SystemPackage
import Testing

/// What users get wrong, and the exit status and the line that they get for it.
@Suite struct MistakeTests {
    @Test(
        "wrong usage exits with 64 and names the mistake",
        arguments: [
            (["run"], "<job>"),
            (["run", "job.yaml", "--bach-size", "4"], "--bach-size"),
            (["run", "job.yaml", "--batch-size", "0"], "--batch-size is 0; it must be from 1 to 256."),
            (["run", "job.yaml", "--threads", "0"], "--threads is 0; it must be from 1 to 1024."),
            (["run", "job.yaml", "--precision", "int4"], "'int8' and 'float32'"),
            (["run", "job.yaml", "--progress", "fancy"], "auto"),
            (["export", "job.sqlite", "--format", "doc"], "'srt', 'vtt', 'txt' or 'jsonl'"),
            (["export", "job.sqlite"], "--format"),
            (["generate", "--model", "m", "--temperature", "3", "hi"], "--temperature is 3.0; it must be from"),
            (["generate", "--model", "m", "--top-p", "0", "hi"], "--top-p is 0.0; it must be above 0 and at most 1."),
            (["transcode"], "transcode"),
        ])
    func usage(arguments: [String], says: String) throws {
        let outcome = try Command.runAll(arguments)
        #expect(outcome.status == 64)
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors.contains(says), "\(outcome.errors)")
    }

    @Test("a manifest with three mistakes names all three, with places, and exits with 65")
    func manifest() throws {
        let scratch = try Scratch()
        try scratch.write(
            "job.yaml",
            """
            inputs: [media]
            tasks:
              - transcirbe
              - task: caption
                limits:
                  frames_per_second: -2
                colour: red
            """)
        let outcome = try Command.run("run", "job.yaml", in: scratch.directory)
        #expect(outcome.status == 65)
        #expect(outcome.output.isEmpty)
        let lines = outcome.errors.split(separator: "\n")
        #expect(lines.count == 4)
        #expect(lines.dropLast().allSatisfy { $0.hasPrefix("job.yaml:") })
        #expect(lines.last == "3 mistakes, nothing was run.")
        #expect(outcome.errors.contains("Did you mean 'transcribe'?"))
    }

    @Test("files that are not there or not what they should be exit with 65 and one line")
    func badFiles() throws {
        let scratch = try Scratch()
        try scratch.write("notes.sqlite", "these are notes, not a database, and long enough not to be taken for one")
        try scratch.write("job.yaml", "inputs: [media]\ntasks: [caption]\n")
        let cases = [
            ["run", "missing.yaml"], ["status", "missing.sqlite"], ["status", "notes.sqlite"],
            ["export", "missing.sqlite", "--format", "jsonl"],
        ]
        for arguments in cases {
            let outcome = try Command.runAll(arguments, in: scratch.directory)
            #expect(outcome.status == 65, "\(arguments)")
            #expect(outcome.errors.contains(arguments[1]), "\(arguments): \(outcome.errors)")
            #expect(outcome.output.isEmpty)
        }
        let noModel = try Command.run("run", "job.yaml", in: scratch.directory)
        #expect(noModel.status == 65)
        #expect(noModel.errors == "job.yaml names no model. Add 'model: DIR' to it, or give --model DIR.\n")
    }

    @Test("a model that is not usable exits with 69 and names the directory")
    func badModel() throws {
        let scratch = try Scratch()
        try scratch.write("job.yaml", "inputs: [media]\ntasks: [caption]\n")
        for arguments in [
            ["run", "job.yaml", "--model", "nowhere"], ["generate", "--model", "nowhere", "hi"],
            ["convert", "nowhere", "int8"],
        ] {
            let outcome = try Command.runAll(arguments, in: scratch.directory)
            #expect(outcome.status == 69, "\(arguments)")
            #expect(outcome.errors.contains("nowhere"), "\(arguments): \(outcome.errors)")
            #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
        }
    }
}
