import SystemPackage
import Testing

@testable import Manifest

@Suite("A mistake in a manifest")
struct MistakeTests {
    @Test("is told together with all others, each with its place")
    func allAtOnce() throws {
        let workspace = try Workspace()
        let path = try workspace.write(
            "nightly.yaml",
            """
            name: 1.0
            database: a.sqlite
            inputs:
              - path: clips
                recursiv: true
            database: b.sqlite
            tasks:
              - task: transcirbe
              - task: caption
                prompt: 'Is this {"a": 1}?'
                limits:
                  frames_per_second: -2
            """)
        do {
            _ = try Job.read(path)
            Issue.record("the manifest was accepted")
        } catch {
            #expect(
                error.description.replacing(workspace.directory.string + "/", with: "") == """
                    nightly.yaml:1:7: name is the number 1.0; put it in quotes to make it text.
                    nightly.yaml:5:5: 'recursiv' is no key of an input. Did you mean 'recursive'? \
                    Keys: format, glob, id_column, list, path, path_column, recursive.
                    nightly.yaml:6:1: 'database' stands twice; the first is on line 2.
                    nightly.yaml:8:11: 'transcirbe' is no task. Did you mean 'transcribe'? \
                    Tasks: ask, caption, describe_audio, transcribe.
                    nightly.yaml:10:13: prompt has {"a": 1}, which names no variable; write {{ and }} for braces.
                    nightly.yaml:12:26: limits.frames_per_second is -2; it must be above 0 and at most 30.
                    6 mistakes, nothing was run.
                    """)
        }
    }

    @Test(
        "is told with what to do",
        arguments: [
            ("inputs: [a]\ntasks: [ask]", "2:9: ask needs a prompt: write '- task: ask' and below it 'prompt: ...'."),
            (
                "inputs: [a]\ntasks:\n - caption: {prompt: x}",
                "3:4: 'caption' is no key of a task. Write 'task: caption'. "
                    + "Keys: language, limits, media, name, prompt, sampling, system, task."
            ),
            (
                "inputs: [a]\ntasks: [caption, caption]",
                "2:18: two tasks are called 'caption' (the other is on line 2); give this one another name."
            ),
            (
                "inputs: [a]\ntasks: [{task: caption, language: German}]",
                "2:25: language has no effect on caption; only transcribe takes it."
            ),
            (
                "inputs: [a]\ntasks: [{task: transcribe, language: de}]",
                "2:38: language is 'de'; write the language's English name, such as German."
            ),
            (
                "inputs: [a]\ntasks: [{task: transcribe, limits: {max_frames: 8}}]",
                "2:37: limits.max_frames has no effect here: it is for frames of videos, and transcribe only hears."
            ),
            (
                "inputs: [a]\ntasks: [{task: caption, media: [image], limits: {segment_seconds: 8}}]",
                "2:50: limits.segment_seconds has no effect here: it is for video and audio, and this caption takes image."
            ),
            (
                "inputs: [a]\ntasks: [transcribe]\nlimits: {max_pixels: 5000}",
                "3:10: limits.max_pixels has no effect: it is for images, and no task looks at any."
            ),
            (
                "inputs: [a]\ntasks: [caption]\nsampling: {top_k: 5}",
                "3:12: sampling.top_k has no effect at temperature 0; "
                    + "raise sampling.temperature or choose the preset conversational or creative."
            ),
            (
                "inputs: [a]\ntasks: [caption]\nlimits: {max_frames: '12'}",
                "3:22: limits.max_frames is '12' in quotes; write the number without them."
            ),
            (
                "inputs: [a]\ntasks: [caption]\nlimits: {max_frames: 1_2}",
                "3:22: limits.max_frames is 1_2; write it in plain decimal digits, an even number from 4 to 768."
            ),
            (
                "inputs: [a]\ntasks: [caption]\nlimits: {max_frames: 12.5}",
                "3:22: limits.max_frames is 12.5; it must be an even number from 4 to 768."
            ),
            (
                "inputs: [a]\ntasks: [caption]\nname: no",
                "3:7: name is no, which YAML may take for a truth value; put it in quotes."
            ),
            (
                "inputs: [{path: a, recursive: yes}]\ntasks: [caption]",
                "1:31: recursive is yes; it must be true or false."
            ),
            (
                "inputs: [a]\ntasks: [caption]\nname: !include x",
                "3:7: name has the tag !include, which is not read; write the text itself."
            ),
            (
                "inputs: [a]\ntasks: [caption]\nmodel:",
                "3:7: model is empty; give it a value or remove it."
            ),
            (
                "inputs: [{path: a, glob: b}]\ntasks: [caption]",
                "1:10: an input has one of path, glob and list; this one has path and glob."
            ),
            (
                "inputs: [{list: a.txt, id_column: b}]\ntasks: [caption]",
                "1:24: id_column has no effect on a list of lines; add 'format: csv' or 'format: jsonl'."
            ),
            ("tasks: [caption]", "1:1: inputs is missing; name the files, directories, globs or lists to read."),
            ("- a", "1:1: a manifest must be a mapping (key: value), not a list."),
            ("", "1:1: the manifest is empty; it needs at least inputs and tasks."),
        ])
    func explained(manifest: String, mistake: String) throws {
        #expect(try mistakes(manifest) == [mistake])
    }

    @Test(
        "of YAML's grammar is told in plain words",
        arguments: [
            ("inputs:\n\t- a", "2:1: a tab cannot indent YAML; use spaces."),
            (
                "inputs:\n  - *.mp4",
                "2:6: * begins a YAML alias, and there is none of this name; put a glob that begins with * in quotes."
            ),
            (
                "name: a: b",
                "1:8: a ':' is not expected here; check the indentation, or put text that holds ': ' in quotes."
            ),
            ("name: 'abc", "1:11: the quote opened on line 1 is never closed."),
            ("name: @x", "1:7: text that begins with @ needs quotes."),
            ("name: a\u{7}b", "1:8: holds a character that YAML does not allow: control characters are not allowed."),
            ("a: 1\n---\nb: 2", "2:1: a manifest is one YAML document; remove what follows '---'."),
        ])
    func grammar(manifest: String, mistake: String) throws {
        #expect(try mistakes(manifest) == [mistake])
    }

    @Test("that stands three times is told twice")
    func threeTimes() throws {
        let found = try mistakes("name: a\nname: b\ninputs: [a]\ntasks: [caption]\n'name': c")
        #expect(
            found == [
                "2:1: 'name' stands twice; the first is on line 1.",
                "5:1: 'name' stands twice; the first is on line 1.",
            ])
    }

    @Test("in an anchored mapping is told once, however often it is used")
    func anchored() throws {
        let found = try mistakes(
            """
            inputs: [a]
            tasks:
              - {task: caption, limits: &l {max_frames: 3}}
              - {task: caption, name: b, limits: *l}
            """)
        #expect(found == ["3:45: limits.max_frames is 3; it must be an even number from 4 to 768."])
    }

    @Test(
        "about the whole file has no line",
        arguments: [
            ("none.yaml", "there is no such file."), ("folder", "cannot be read: Is a directory."),
        ])
    func wholeFile(name: String, message: String) throws {
        let workspace = try Workspace()
        try workspace.write("folder/x")
        let path = workspace.directory.appending(name)
        #expect(
            throws: ManifestError(diagnostics: [Diagnostic(file: path.string, line: 0, column: 0, message: message)])
        ) {
            try Job.read(path)
        }
        #expect(Diagnostic(file: "a.yaml", line: 0, column: 0, message: "m.").description == "a.yaml: m.")
    }

    @Test("of encoding is told where the text ends to be text")
    func notUTF8() throws {
        let workspace = try Workspace()
        let path = try workspace.write("a.yaml", Array("name: x\nmodel: é".utf8) + [0xE9, 0x0A])
        let error = Diagnostic(
            file: path.string, line: 2, column: 9, message: "is not UTF-8 text; save the file as UTF-8.")
        #expect(throws: ManifestError(diagnostics: [error])) { try Job.read(path) }
    }

    @Test("of size ends the reading before the file is parsed")
    func tooLarge() throws {
        let workspace = try Workspace()
        let path = try workspace.write("a.yaml", repeatElement(UInt8(ascii: "#"), count: 16 << 20 | 1))
        #expect(throws: ManifestError.self) { try Job.read(path) }
        let exact = try workspace.write(
            "b.yaml",
            Array("inputs: [a]\ntasks: [caption]\n#".utf8)
                + repeatElement(UInt8(ascii: "#"), count: (16 << 20) - 30))
        #expect(try Job.read(exact).tasks.count == 1)
    }

    @Test("of endless nesting or aliases neither hangs nor crashes", arguments: ["[", "- ", "{a: ", "? "])
    func nesting(opening: String) throws {
        let found = try mistakes(String(repeating: opening, count: 50_000))
        #expect(found.count == 1)
        #expect(found[0].hasSuffix("is nested too deeply."))
    }

    @Test("hidden in a billion aliased values is found without unfolding them")
    func billionLaughs() throws {
        var text = "a0: &a0 [x]\n"
        for level in 1...40 { text += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1), *a\(level - 1)]\n" }
        #expect(try mistakes(text + "inputs: *a40\ntasks: [caption]").count > 40)
    }

    @Test("is one of at most a hundred that are told")
    func most() throws {
        let tasks = String(repeating: "- captoin\n", count: 5000)
        #expect(try mistakes("inputs: [a]\ntasks:\n" + tasks).count == Mistakes.most)
    }

    @Test(
        "is suggested away only if something is near",
        arguments: [
            ("transcirbe", "transcribe"), ("Caption", "caption"), ("describe-audio", "describe_audio"), ("aks", "ask"),
            ("translate", nil), ("", nil),
        ] as [(String, String?)])
    func suggestion(word: String, meant: String?) {
        #expect(Suggestion.nearest(to: word, among: TaskKind.allCases.map(\.rawValue)) == meant)
    }
}
