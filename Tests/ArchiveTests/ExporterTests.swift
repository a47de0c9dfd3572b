import Foundation
import SystemPackage
import Testing

@testable import Archive

/// One archive with everything that makes exports hard; the exact text of every format.
@Suite struct ExporterTests {
    let place: Workplace
    let archive: Archive

    init() throws {
        place = try Workplace()
        archive = try place.open()
        try Self.fill(archive, [0, 1, 2, 3, 4, 5])
    }

    /// The same results whatever the order of planning.
    static func fill(_ archive: Archive, _ order: [Int]) throws {
        let run = try archive.beginRun(runRecord(fingerprint: "model-1"))
        let spans = [
            PlannedUnit(start: 0, end: 4.2), PlannedUnit(start: 3599.9996, end: 3661.5),
            PlannedUnit(start: 3661.5, end: 3670),
        ]
        let odd = FilePath(bytes: Data([0x74, 0xFF, 0x2E, 0x6D, 0x70, 0x33]))
        let broken = PlannedUnit(
            start: 0, end: 0, status: .failed, errorClass: "not_media", error: "not a \"picture\"")
        let steps: [() throws -> Void] = [
            { try archive.add("clips/talk.mp3", audio("m1", duration: 3670), spans, transcribe, id: "7", run: run) },
            { try archive.add("shapes.png", image("m2"), [PlannedUnit(start: 0, end: 0)], caption, run: run) },
            { try archive.add("talk.wav", audio("m3"), [PlannedUnit(start: 0, end: 9)], transcribe, run: run) },
            { try archive.add("talk.wav", audio("m3"), [PlannedUnit(start: 0, end: 9)], caption, run: run) },
            { try archive.add(odd, audio("m3"), [PlannedUnit(start: 0, end: 9)], transcribe, run: run) },
            {
                let media = MediaRecord(
                    hash: "m4", bytes: 0, kind: nil, errorClass: "not_media", error: "not a \"picture\"")
                try archive.add("two\nlines.jpg", media, [broken], caption, run: run)
            },
        ]
        for index in order { try steps[index]() }
        let texts = [
            "m1 0.0 transcribe": result("the reporter --> crossed\n\n <b>the</b> narrow\u{7} bridge & river"),
            "m1 3599.9996 transcribe": result(
                "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen",
                flags: ["cut_off"], finishReason: "length"),
            "m2 0.0 caption": result("a large red circle", meanLogProbability: nil),
            "m3 0.0 transcribe": result(" \n", flags: ["silent", "empty"]),
        ]
        for unit in try archive.allWaiting(run) {
            if let result = texts["\(unit.media.hash) \(unit.start) \(unit.recipe.task)"] {
                try archive.finish(unit.id, with: result, run: run)
            } else if unit.media.hash == "m3" {
                try archive.skip(unit.id, errorClass: "no_video", reason: "nothing to see", run: run)
            }
        }
        try archive.endRun(run, outcome: "finished")
    }

    func export(_ format: ExportFormat, to name: String) throws -> [FilePath] {
        try Exporter(archive: archive, format: format).export(to: place.directory.appending(name))
    }

    @Test("JSONL has every unit but waiting ones, in a fixed order of rows and keys")
    func jsonLines() throws {
        let written = try export(.jsonl, to: "new/place/out.jsonl")
        #expect(written == [place.directory.appending("new/place/out.jsonl")])
        #expect(
            try place.contents(written[0]) == #"""
                {"path":"clips/talk.mp3","id":"7","media":"m1","kind":"audio","task":"transcribe","task_kind":"transcribe","start":0.0,"end":4.2,"status":"done","text":"the reporter --> crossed\n\n <b>the</b> narrow\u0007 bridge & river","error_class":null,"error":null,"finish_reason":"stop","confidence":0.778801,"flags":[],"model":"model-1"}
                {"path":"clips/talk.mp3","id":"7","media":"m1","kind":"audio","task":"transcribe","task_kind":"transcribe","start":3599.9996,"end":3661.5,"status":"done","text":"one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen","error_class":null,"error":null,"finish_reason":"length","confidence":0.778801,"flags":["cut_off"],"model":"model-1"}
                {"path":"shapes.png","media":"m2","kind":"image","task":"caption","task_kind":"caption","start":0.0,"end":0.0,"status":"done","text":"a large red circle","error_class":null,"error":null,"finish_reason":"stop","confidence":null,"flags":[],"model":"model-1"}
                {"path":"talk.wav","media":"m3","kind":"audio","task":"caption","task_kind":"caption","start":0.0,"end":9.0,"status":"skipped","text":null,"error_class":"no_video","error":"nothing to see","finish_reason":null,"confidence":null,"flags":[],"model":"model-1"}
                {"path":"talk.wav","media":"m3","kind":"audio","task":"transcribe","task_kind":"transcribe","start":0.0,"end":9.0,"status":"done","text":" \n","error_class":null,"error":null,"finish_reason":"stop","confidence":0.778801,"flags":["empty","silent"],"model":"model-1"}
                {"path":"two\nlines.jpg","media":"m4","kind":null,"task":"caption","task_kind":"caption","start":0.0,"end":0.0,"status":"failed","text":null,"error_class":"not_media","error":"not a \"picture\"","finish_reason":null,"confidence":null,"flags":[],"model":"model-1"}
                {"path":"t�.mp3","path_bytes":"dP8ubXAz","media":"m3","kind":"audio","task":"caption","task_kind":"caption","start":0.0,"end":9.0,"status":"skipped","text":null,"error_class":"no_video","error":"nothing to see","finish_reason":null,"confidence":null,"flags":[],"model":"model-1"}
                {"path":"t�.mp3","path_bytes":"dP8ubXAz","media":"m3","kind":"audio","task":"transcribe","task_kind":"transcribe","start":0.0,"end":9.0,"status":"done","text":" \n","error_class":null,"error":null,"finish_reason":"stop","confidence":0.778801,"flags":["empty","silent"],"model":"model-1"}

                """#)
    }

    @Test("every line of the JSONL export is what a JSON parser takes for what was stored")
    func jsonParses() throws {
        let row = ExportRow(
            path: "a", itemID: nil, mediaHash: "m", kind: nil, task: "t", taskKind: "ask", start: 1e-6, end: 1e9,
            status: .done, text: "\u{1}\u{8}\u{1F}\u{7F}\u{85}\u{2028}\"\\/é😀\r\t", errorClass: nil, error: nil,
            finishReason: nil, confidence: 0, flags: [], model: "m", modelFingerprint: "f")
        let line = jsonLine(row)
        #expect(line.split(whereSeparator: \.isNewline).count == 1)
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        #expect(object["text"] as? String == row.text)
        #expect(object["start"] as? Double == 1e-6 && object["end"] as? Double == 1e9)
    }

    @Test(
        "the export does not depend on what was planned first",
        arguments: [[5, 4, 3, 2, 1, 0], [3, 0, 5, 1, 4, 2]])
    func orderOfPlanning(order: [Int]) throws {
        let other = try Workplace()
        let second = try other.open()
        try Self.fill(second, order)
        let exported = try export(.jsonl, to: "one.jsonl")
        _ = try Exporter(archive: second, format: .jsonl).export(to: place.directory.appending("two.jsonl"))
        #expect(try place.contents(exported[0]) == place.contents(place.directory.appending("two.jsonl")))
    }

    @Test("units that differ in their recipe only come in an order of their own")
    func ties() throws {
        let exports = try [["r1", "r2"], ["r2", "r1"]].map { hashes in
            let other = try Workplace()
            let archive = try other.open()
            let run = try archive.beginRun(runRecord())
            for hash in hashes {
                var recipe = transcribe
                recipe.hash = hash
                try archive.add("a.mp3", audio("m1"), [PlannedUnit(start: 0, end: 9)], recipe, run: run)
            }
            for unit in try archive.allWaiting(run) {
                try archive.finish(unit.id, with: result("by \(unit.recipe.hash)"), run: run)
            }
            return try archive.rows().map(\.text)
        }
        #expect(exports == [["by r1", "by r2"], ["by r1", "by r2"]])
    }

    @Test("txt is a heading a file, below it tasks and timecoded lines")
    func plainText() throws {
        let written = try export(.txt, to: "out.txt")
        #expect(
            try place.contents(written[0]) == """
                clips/talk.mp3
                  transcribe
                    00:00.0-00:04.2  the reporter --> crossed
                                     <b>the</b> narrow bridge & river
                    1:00:00.0-1:01:01.5  one two three four five six seven eight nine ten eleven twelve thirteen \
                fourteen fifteen sixteen  [cut_off]

                shapes.png
                  caption
                    a large red circle

                talk.wav
                  caption
                    00:00.0-00:09.0  (skipped: nothing to see)
                  transcribe
                    00:00.0-00:09.0  (no text)  [empty, silent]

                two\\nlines.jpg
                  caption
                    (failed: not a "picture")

                t\u{FFFD}.mp3
                  caption
                    00:00.0-00:09.0  (skipped: nothing to see)
                  transcribe
                    00:00.0-00:09.0  (no text)  [empty, silent]

                """)
    }

    @Test("SubRip has numbered cues, times beyond an hour and no blank line inside a text")
    func subRip() throws {
        let written = try export(.srt, to: "subtitles")
        #expect(written == [place.directory.appending("subtitles/talk.transcribe.srt")])
        #expect(
            try place.contents(written[0]) == """
                1
                00:00:00,000 --> 00:00:04,200
                the reporter -> crossed
                <b>the</b> narrow bridge & river

                2
                01:00:00,000 --> 01:01:01,500
                one two three four five six seven eight nine ten eleven twelve thirteen fourteen
                fifteen sixteen

                """)
        #expect(try place.names(in: "subtitles") == ["talk.transcribe.srt"], "no temporary file stays")
    }

    @Test("WebVTT escapes what would be markup")
    func webVTT() throws {
        let written = try export(.vtt, to: "subtitles")
        #expect(
            try place.contents(written[0]) == """
                WEBVTT

                00:00:00.000 --> 00:00:04.200
                the reporter --&gt; crossed
                &lt;b&gt;the&lt;/b&gt; narrow bridge &amp; river

                01:00:00.000 --> 01:01:01.500
                one two three four five six seven eight nine ten eleven twelve thirteen fourteen
                fifteen sixteen

                """)
    }

    @Test("ffmpeg reads both subtitle formats with the times that were meant")
    func readByOthers() throws {
        for format in [ExportFormat.srt, .vtt] {
            let file = try #require(try export(format, to: "subtitles").first)
            let times = try place.run(
                "/usr/bin/ffprobe", ["-v", "error", "-show_entries", "packet=pts_time", "-of", "csv=p=0", file.string])
            #expect(times.split(separator: "\n").map { Double($0) } == [0, 3600])
        }
    }

    @Test("files called alike get numbers in path order, the same for each task")
    func collisions() throws {
        let run = try archive.beginRun(runRecord())
        let paths = ["x/Talk.mp4", "x/talk-2.mp4", "x/talk.mp4", "y/.hidden", "y/a:b.mp3", "y/-rf.mp3"]
        for (index, path) in paths.enumerated() {
            for recipe in [caption, transcribe] {
                let name = FilePath(path)
                try archive.add(name, audio("c\(index)"), [PlannedUnit(start: 0, end: 1)], recipe, run: run)
            }
        }
        for unit in try archive.allWaiting(run) { try archive.finish(unit.id, with: result("x"), run: run) }
        let names = try export(.srt, to: "subtitles").map { $0.lastComponent!.string }
        #expect(
            names == [
                "talk.transcribe.srt", "Talk-2.caption.srt", "Talk-2.transcribe.srt", "talk-2-2.caption.srt",
                "talk-2-2.transcribe.srt", "talk-3.caption.srt", "talk-3.transcribe.srt", "_rf.caption.srt",
                "_rf.transcribe.srt", "_hidden.caption.srt", "_hidden.transcribe.srt", "a_b.caption.srt",
                "a_b.transcribe.srt",
            ])
    }

    @Test("names made from media files are safe, and short enough")
    func safeNames() {
        #expect(FileNames.safe("../a\nb\u{FFFD}") == "_._a_b_")
        #expect(FileNames.safe("") == "media")
        #expect(FileNames.safe(String(repeating: "é", count: 90)).utf8.count == 100)
    }

    @Test("an existing directory gets a file named after the database")
    func intoDirectory() throws {
        #expect(try export(.jsonl, to: "") == [place.directory.appending("night.jsonl")])
        #expect(try export(.txt, to: "") == [place.directory.appending("night.txt")])
    }

    @Test("subtitles without a directory, or with a file in its place, are refused")
    func wrongPlaces() throws {
        #expect(throws: ExportError.needsDirectory(.srt)) {
            try Exporter(archive: archive, format: .srt).export(to: nil)
        }
        try place.write("keep me", to: "file")
        #expect(throws: ExportError.notADirectory(path: place.directory.appending("file").string)) {
            try export(.vtt, to: "file")
        }
        #expect(throws: ExportError.self) { try export(.jsonl, to: "file/below.jsonl") }
        #expect(try place.contents(place.directory.appending("file")) == "keep me")
    }

    @Test("a file that is not finished is not there, and what stood in its place stays")
    func atomic() throws {
        struct Stop: Error {}
        try place.write("old", to: "out.txt")
        let path = place.directory.appending("out.txt")
        do {
            let file = try OutputFile(at: path)
            try file.write(String(repeating: "new", count: 100_000))
            #expect(try place.contents(path) == "old")
            #expect(try place.names().contains { $0.hasSuffix(".tmp") })
        }
        #expect(try place.contents(path) == "old")
        #expect(try !place.names().contains { $0.hasSuffix(".tmp") })
    }

    @Test("a symbolic link stays a link, a device stays a device")
    func specialFiles() throws {
        try place.write("old", to: "real.txt")
        let link = place.directory.appending("link.txt")
        try FileManager.default.createSymbolicLink(atPath: link.string, withDestinationPath: "real.txt")
        _ = try export(.txt, to: "link.txt")
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link.string) == "real.txt")
        #expect(try place.contents(place.directory.appending("real.txt")).hasPrefix("clips/talk.mp3\n"))
        _ = try Exporter(archive: archive, format: .txt).export(to: "/dev/null")
        #expect(FileKind(of: "/dev/null") == .other)
    }
}

@Suite struct TimecodeTests {
    @Test(
        "times are rounded to the nearest millisecond and carry into minutes and hours",
        arguments: [
            (0, "00:00:00,000", "00:00.0"), (4.1996, "00:00:04,200", "00:04.2"), (59.9996, "00:01:00,000", "01:00.0"),
            (3599.9994, "00:59:59,999", "1:00:00.0"), (3661.25, "01:01:01,250", "1:01:01.3"),
            (360_000, "100:00:00,000", "100:00:00.0"), (-1, "00:00:00,000", "00:00.0"),
        ])
    func rounding(time: Double, subRip: String, reading: String) {
        #expect(Timecode(time).subRip == subRip)
        #expect(Timecode(time).webVTT == subRip.replacing(",", with: "."))
        #expect(Timecode(time).reading == reading)
    }

    @Test("lines are broken at spaces, and a long word stays whole")
    func wrapping() {
        #expect(wrapped("aa bb cc", width: 5) == ["aa bb", "cc"])
        #expect(wrapped("aaaaaaa bb", width: 5) == ["aaaaaaa", "bb"])
        #expect(wrapped("", width: 5).isEmpty)
    }
}
