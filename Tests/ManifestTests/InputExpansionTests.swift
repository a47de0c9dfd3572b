import Glibc
import SystemPackage
import Testing

@testable import Manifest

@Suite("Inputs")
struct InputExpansionTests {
    let workspace: Workspace

    init() throws {
        workspace = try Workspace()
    }

    private func expand(_ inputs: String) throws -> InputExpansion {
        let path = try workspace.write("job.yaml", "inputs:\n\(inputs)\ntasks: [caption]\n")
        return InputExpansion.expand(try Job.read(path))
    }

    /// `line: message`, without the workspace's path.
    private func problems(_ expansion: InputExpansion) -> [String] {
        expansion.problems.map {
            "\($0.file):\($0.line): \($0.message)".replacing(workspace.directory.string + "/", with: "")
        }
    }

    @Test("from a directory are its media files at all depths, in the order of path bytes")
    func directory() throws {
        for name in [
            "b.JPG", "a/z.mp4", "a/notes.txt", "a.wav", "é.png", "Z.flac", ".hidden.jpg", ".git/x.jpg", "a/.x.mp4",
        ] {
            try workspace.write(FilePath("m/\(name)"))
        }
        let expansion = try expand("- m")
        #expect(workspace.names(expansion) == ["m/Z.flac", "m/a.wav", "m/a/z.mp4", "m/b.JPG", "m/é.png"])
        #expect(expansion.ignored == 1)
        #expect(expansion.problems == [])
    }

    @Test("from a directory that is not recursive leave its folders alone")
    func flat() throws {
        try workspace.write("m/a.jpg")
        try workspace.write("m/x/b.jpg")
        try workspace.write("n/x/b.jpg")
        #expect(try workspace.names(expand("- {path: m, recursive: false}")) == ["m/a.jpg"])
        #expect(
            try problems(expand("- {path: n, recursive: false}")) == [
                "job.yaml:2: n holds no media (its folders are not entered)."
            ])
    }

    @Test("keep names that are no text or hold newlines")
    func rawNames() throws {
        let raw = FilePath(platformString: [0x6D, 0x2F, 0x61, CChar(bitPattern: 0xFF), 0x0A, 0x2E, 0x6A, 0x70, 0x67, 0])
        let path = try workspace.write(raw)
        try workspace.write("m/a.jpg")
        #expect(try expand("- m").files.map(\.path) == [workspace.directory.appending("m/a.jpg"), path])
        #expect(try expand("- m/a?*.jpg").files.map(\.path) == [path])
        try workspace.write("list.txt", Array("m/a".utf8) + [0xFF] + Array(".jpg\n".utf8))
        let listed = try #require(try expand("- {list: list.txt}").files.first?.path)
        #expect(listed.withPlatformString { UInt8(bitPattern: $0[strlen($0) - 5]) } == 0xFF)
    }

    @Test("end where symbolic links loop, and prefer the way without links")
    func links() throws {
        try workspace.write("m/real/a.jpg")
        try workspace.link("m/aaa", to: "real")
        try workspace.link("m/real/up", to: "../..")
        try workspace.link("m/self", to: "self")
        try workspace.link("m/file.jpg", to: "real/a.jpg")
        try workspace.link("m/gone.mp4", to: "nowhere.mp4")
        #expect(try workspace.names(expand("- m")) == ["m/file.jpg", "m/gone.mp4", "m/real/a.jpg"])
        #expect(try workspace.names(expand("- m/**/a.jpg")) == ["m/real/a.jpg"])
    }

    @Test("named one by one need no media extension, but must be there")
    func explicit() throws {
        try workspace.write("film")
        try workspace.write("clip[1].mp4")
        try #require(workspace.directory.appending("pipe.mp4").withPlatformString { mkfifo($0, 0o600) } == 0)
        let expansion = try expand("- film\n- gone.mp4\n- {path: 'clip[1].mp4'}\n- pipe.mp4\n- 'clip[1].mp4'")
        #expect(workspace.names(expansion) == ["clip[1].mp4", "film"])
        #expect(
            problems(expansion) == [
                "job.yaml:3: gone.mp4: No such file or directory.",
                "job.yaml:5: pipe.mp4 is neither a file nor a directory.",
                "job.yaml:6: clip[1].mp4 is read as a glob and matches no media; write {path: ...} for the file.",
            ])
    }

    @Test("that match nothing are told with their line")
    func nothing() throws {
        try workspace.write("empty/notes.txt")
        try workspace.write("deep/x/a.jpg")
        try workspace.write("none.txt", "# nothing yet\n")
        let expansion = try expand("- empty\n- '*.mp4'\n- dee*\n- none/*.mp4\n- {list: none.txt}\n- {list: gone.csv}")
        #expect(expansion.files == [])
        #expect(
            problems(expansion) == [
                "job.yaml:2: empty holds no media.",
                "job.yaml:3: *.mp4 matches no media.",
                "job.yaml:4: dee* matches only directories; add /** for what is in them.",
                "job.yaml:5: none: No such file or directory.",
                "job.yaml:6: none.txt lists nothing.",
                "job.yaml:7: gone.csv: No such file or directory.",
            ])
    }

    @Test("that name a file twice take it once, with what a list knows of it")
    func once() throws {
        try workspace.write("m/a.jpg")
        try workspace.write("l.csv", "path,id,title\nm/a.jpg,7,Bridge\n./m/../m/a.jpg,7,Bridge\n")
        let expected = [
            InputFile(path: workspace.directory.appending("m/a.jpg"), id: "7", variables: ["title": "Bridge"])
        ]
        let last = try expand("- m\n- m/*.jpg\n- m/a.jpg\n- {list: l.csv}")
        let first = try expand("- {list: l.csv}\n- m\n- m")
        #expect(last.files == expected)
        #expect(first.files == expected)
        #expect(last.problems == [] && first.problems == [])
    }

    @Test("listed twice with different values keep the first and say so")
    func conflicting() throws {
        try workspace.write("l.csv", "path,title\na.jpg,Bridge\nb.jpg,House\na.jpg,Tower\n")
        let expansion = try expand("- {list: l.csv}")
        #expect(expansion.files.map(\.variables) == [["title": "Bridge"], ["title": "House"]])
        #expect(problems(expansion) == ["l.csv:4: a.jpg has other values at l.csv:2; those are kept."])
    }

    @Test("from a list of lines skip comments and blank lines, and start at the list's directory")
    func lines() throws {
        try workspace.write("lists/l.txt", "\u{FEFF}# today\r\n\r\n  \n../m/a.jpg\r\n/abs/b.mp4\n c d .wav\n./#e")
        let expansion = try expand("- {list: lists/l.txt}")
        #expect(workspace.names(expansion) == ["/abs/b.mp4", "lists/ c d .wav", "lists/#e", "m/a.jpg"])
        #expect(expansion.problems == [])
    }

    @Test("from a CSV list carry id and variables")
    func csv() throws {
        try workspace.write(
            "l.csv",
            "\u{FEFF}file,key,\"Photo, title\"\r\n\"a,1.jpg\",x7,\"The \"\"blue\"\"\r\nhouse\"\r\n\r\nb.jpg,,\r\n")
        let expansion = try expand("- {list: l.csv, path_column: file, id_column: key}")
        #expect(
            expansion.files == [
                InputFile(
                    path: workspace.directory.appending("a,1.jpg"), id: "x7",
                    variables: ["Photo, title": "The \"blue\"\r\nhouse"]),
                InputFile(path: workspace.directory.appending("b.jpg"), id: nil, variables: ["Photo, title": ""]),
            ])
        #expect(expansion.problems == [])
    }

    @Test("from a JSONL list carry every plain value as text")
    func jsonLines() throws {
        try workspace.write(
            "l.jsonl",
            """
            {"path": "a.jpg", "id": 7, "year": 1987, "score": 0.25, "ok": true, "none": null, "tags": ["x"], "t": "a\\nb"}

            {"path": "b.jpg"}
            """)
        let expansion = try expand("- {list: l.jsonl}")
        #expect(
            expansion.files == [
                InputFile(
                    path: workspace.directory.appending("a.jpg"), id: "7",
                    variables: ["year": "1987", "score": "0.25", "ok": "true", "t": "a\nb"]),
                InputFile(path: workspace.directory.appending("b.jpg")),
            ])
        #expect(expansion.problems == [])
    }

    @Test("of a list's bad lines are left out and told with their line")
    func badLines() throws {
        try workspace.write(
            "a.csv", Array("path,t\na.jpg\n,x\nb.jpg,\"x\"y\nc.jpg,".utf8) + [0xFF] + Array("\nd.jpg,x\n".utf8))
        try workspace.write("b.jsonl", "[1]\n{\"path\": 7}\n{\"path\": null}\n{\n{\"path\": \"\"}\n")
        let expansion = try expand("- {list: a.csv}\n- {list: b.jsonl}")
        #expect(workspace.names(expansion) == ["7", "d.jpg"])
        #expect(
            problems(expansion) == [
                "a.csv:2: has 1 fields instead of 2; it is left out.",
                "a.csv:3: has no usable path; it is left out.",
                "a.csv:4: text follows a closing quote; this entry is left out.",
                "a.csv:5: the column 't' is not UTF-8 text; this entry is left out.",
                "b.jsonl:1: is no JSON object; it is left out.",
                "b.jsonl:3: has no text 'path'; it is left out.",
                "b.jsonl:4: is no JSON object; it is left out.",
                "b.jsonl:5: has no text 'path'; it is left out.",
            ])
    }

    @Test("of a list that is bad all over are told once for all")
    func manyBadLines() throws {
        try workspace.write("a.jsonl", String(repeating: "x\n", count: 5000))
        let found = try problems(expand("- {list: a.jsonl}"))
        #expect(found.count == 21)
        #expect(found.last == "a.jsonl:0: 4980 more lines have such mistakes.")
    }

    @Test(
        "of a CSV list without the named columns are none",
        arguments: [
            ("file,id\na,b\n", "", "there is no column 'path'; choose one with path_column. Columns: file, id."),
            ("path\na\n", ", id_column: key", "there is no column 'key'; choose one with id_column. Columns: path."),
            ("path,a,a\nx,y,z\n", "", "the column 'a' stands twice."),
            ("", "", "is empty; a CSV list begins with a line of column names."),
        ])
    func badHeader(list: String, options: String, message: String) throws {
        try workspace.write("l.csv", list)
        let expansion = try expand("- {list: l.csv\(options)}")
        #expect(expansion.files == [])
        #expect(problems(expansion) == ["l.csv:1: \(message)"])
    }

    @Test("are known by extension in any case of letters")
    func extensions() {
        #expect(mediaType(ofExtension: "JPeG") == .image)
        #expect(mediaType(ofExtension: "gif") == .image)
        #expect(mediaType(ofExtension: "mkv") == .video)
        #expect(mediaType(ofExtension: "opus") == .audio)
        #expect(mediaType(ofExtension: "txt") == nil)
        #expect(mediaType(ofExtension: "") == nil)
        #expect(mediaType(ofExtension: "sqlite") == nil)
    }
}
