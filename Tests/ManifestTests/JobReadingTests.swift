import SystemPackage
import Testing

@testable import Manifest

@Suite("A manifest that is right")
struct JobReadingTests {
    @Test("has all defaults filled in")
    func defaults() throws {
        let workspace = try Workspace()
        let path = try workspace.write("jobs/nightly.v2.yaml", "inputs: [media]\ntasks: [caption, transcribe]\n")
        let job = try Job.read(path)
        #expect(job.manifest == path)
        #expect(job.name == "nightly.v2")
        #expect(job.model == nil)
        #expect(job.database == workspace.directory.appending("jobs/nightly.v2.sqlite"))
        #expect(job.inputs == [.path(workspace.directory.appending("jobs/media"), recursive: true)])
        #expect(job.inputPositions == [SourcePosition(line: 1, column: 10)])
        #expect(job.tasks.map(\.kind) == [.caption, .transcribe])
        #expect(job.tasks.map(\.name) == ["caption", "transcribe"])
        #expect(job.tasks.map(\.media) == [[.image, .video], [.audio, .video]])
        #expect(job.tasks.allSatisfy { $0.limits == Limits() && $0.sampling == .factual && $0.system == nil })
    }

    @Test("has the model's official prompts, by medium")
    func builtInPrompts() throws {
        let job = try readJob(
            """
            inputs: [media]
            tasks:
              - caption
              - transcribe
              - {task: transcribe, name: de, language: German}
              - {task: transcribe, name: zh, language: Chinese}
              - {task: describe_audio, media: [audio, video]}
            """)
        func prompt(_ index: Int, _ media: MediaType) throws -> String {
            try job.tasks[index].renderedPrompt(for: media, variables: [:])
        }
        #expect(try prompt(0, .image) == "Describe the image.")
        #expect(try prompt(0, .video) == "Describe the video.")
        #expect(try prompt(0, .audio) == "")
        #expect(try prompt(1, .audio) == "Transcribe the English audio into text.")
        #expect(try prompt(2, .video) == "Transcribe the German audio into text.")
        #expect(try prompt(3, .audio) == "请将这段中文语音转换为纯文本。")
        #expect(try prompt(4, .video) == "Give the detailed description of the audio.")
    }

    @Test("gives a task the job's limits under its own, key by key")
    func limits() throws {
        let job = try readJob(
            """
            inputs: [media]
            limits: {frames_per_second: 1.5, max_frames: 60, max_pixels: 2048, segment_seconds: 12.5}
            tasks:
              - {task: caption, limits: {max_frames: 8, max_frame_pixels: 4096, max_new_tokens: 99}}
              - transcribe
            """)
        var expected = Limits()
        expected.framesPerSecond = 1.5
        expected.maxFrames = 60
        expected.maxPixels = 2048
        expected.segmentSeconds = 12.5
        #expect(job.tasks[1].limits == expected)
        expected.maxFrames = 8
        expected.maxFramePixels = 4096
        expected.maxNewTokens = 99
        #expect(job.tasks[0].limits == expected)
    }

    @Test("lets a task's sampling replace the job's as a whole")
    func sampling() throws {
        let job = try readJob(
            """
            inputs: [media]
            sampling: {preset: creative, seed: 9007199254740991, top_k: 7}
            tasks:
              - caption
              - {task: caption, name: b, sampling: conversational}
              - {task: caption, name: c, sampling: {temperature: 0.25, top_p: 0.5}}
              - {task: caption, name: d, sampling: factual}
            """)
        let own = Sampling(
            temperature: 0.9, topK: 7, topP: 0.95, repetitionPenalty: 1.05, seed: 9_007_199_254_740_991)
        let cold = Sampling(temperature: 0.25, topK: 0, topP: 0.5, repetitionPenalty: 1, seed: 0)
        #expect(job.tasks.map(\.sampling) == [own, .conversational, cold, .factual])
    }

    @Test("takes relative paths from its own directory, wherever the program runs")
    func paths() throws {
        let workspace = try Workspace()
        try workspace.write("jobs/deep/x")
        let path = try workspace.write(
            "jobs/deep/a.yaml",
            """
            model: ../../models/omni
            database: ./out/../a.sqlite
            inputs: [../media, /abs/film.mp4, "*.jpg", {list: l.csv}, {glob: plain}, {path: "a*b", recursive: false}]
            tasks: [caption]
            """)
        let job = try Job.read(path)
        let root = workspace.directory
        #expect(job.model == root.appending("models/omni"))
        #expect(job.database == root.appending("jobs/deep/a.sqlite"))
        #expect(
            job.inputs == [
                .path(root.appending("jobs/media"), recursive: true), .path("/abs/film.mp4", recursive: true),
                .glob("*.jpg"), .list(root.appending("jobs/deep/l.csv"), .csv, pathColumn: "path", idColumn: nil),
                .glob("plain"), .path(root.appending("jobs/deep/a*b"), recursive: false),
            ])
    }

    @Test("keeps .. after a symbolic link, where it means the parent of the link's target")
    func parentOfLink() throws {
        let workspace = try Workspace()
        try workspace.write("real/inner/x")
        try workspace.link("link", to: "real/inner")
        let path = try workspace.write("a.yaml", "inputs: [link/../film.mp4, real/inner/../film.mp4]\ntasks: [caption]")
        let root = workspace.directory
        #expect(
            try Job.read(path).inputs == [
                .path(root.appending("link/../film.mp4"), recursive: true),
                .path(root.appending("real/film.mp4"), recursive: true),
            ])
    }

    @Test("may use anchors, a byte order mark, CRLF and comments")
    func yamlForms() throws {
        let text = """
            \u{FEFF}# a comment
            inputs: [media]
            tasks:
              - {task: caption, limits: &small {max_new_tokens: 9}}
              - {task: transcribe, limits: *small}
            """
        let job = try readJob(text.replacing("\n", with: "\r\n"))
        #expect(job.tasks.map(\.limits.maxNewTokens) == [9, 9])
        #expect(job.inputPositions.map(\.line) == [2])
    }

    @Test("may be JSON with escapes that YAML does not have")
    func jsonSurrogates() throws {
        let job = try readJob(
            #"{"name": "\ud83c\udf09 \\ud83c\\udf09 \/", "inputs": ["a"], "tasks": ["caption"]}"#, as: "job.json")
        #expect(job.name == #"🌉 \ud83c\udf09 /"#)
    }

    @Test("keeps its bytes when its own name is no UTF-8")
    func rawManifestName() throws {
        let workspace = try Workspace()
        let name = FilePath(platformString: [CChar(bitPattern: 0xFF), 0x61, 0x2E, 0x79, 0])
        let job = try Job.read(workspace.write(name, "inputs: [a]\ntasks: [caption]"))
        let database = FilePath(
            platformString: [CChar(bitPattern: 0xFF), 0x61] + Array(".sqlite".utf8CString))
        #expect(job.database == workspace.directory.pushing(database))
    }

    @Test(
        "stands in Jobs/ ready to be copied",
        arguments: ["sample", "nightly-captions", "video-archive", "dataset-annotation"])
    func shippedJobs(name: String) throws {
        let job = try Job.read(repository.appending("Jobs/\(name).yaml"))
        #expect(!job.tasks.isEmpty)
    }

    @Test("samples the box's own media with the box's own model")
    func sampleJob() throws {
        let job = try Job.read(repository.appending("Jobs/sample.yaml"))
        #expect(job.model == repository.appending("Samples/model"))
        #expect(job.database == repository.appending("sample.sqlite"))
        #expect(job.inputs == [.path(repository.appending("Samples/media"), recursive: true)])
        #expect(job.tasks.map(\.name) == ["caption", "transcribe"])
    }

    @Test("fills prompts from the list that is shipped with it")
    func datasetJob() throws {
        let job = try Job.read(repository.appending("Jobs/dataset-annotation.yaml"))
        let expansion = InputExpansion.expand(job)
        #expect(expansion.problems == [])
        let file = try #require(expansion.files.last)
        #expect(file.id == "000003")
        let prompt = try job.tasks[1].renderedPrompt(for: .image, variables: file.variables)
        #expect(prompt == #"Does the picture show a house? Answer as JSON: {"shows": true} or {"shows": false}."#)
    }
}
