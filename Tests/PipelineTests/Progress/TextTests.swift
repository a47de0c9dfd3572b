import Archive
import SystemPackage
import Testing

@testable import Pipeline

@Suite struct TextTests {
    @Test("times of media have tenths, and hours only where there are some")
    func mediaTimes() {
        #expect([0, 4.2, 59.96, 3723.44].map(mediaTime) == ["00:00.0", "00:04.2", "01:00.0", "1:02:03.4"])
    }

    @Test("lengths read as people say them")
    func lengths() {
        #expect([0.4, 119, 121, 7500].map(lengthText) == ["0 s", "119 s", "2 min", "2 h 05 min"])
        #expect([6, 92, 7384].map(clockTime) == ["0:06", "1:32", "2:03:04"])
        #expect([0, 999, 1204, 1_234_567].map(grouped) == ["0", "999", "1,204", "1,234,567"])
    }

    @Test("the bar shows share, media, rates and the time left")
    func bar() {
        #expect(
            barLine(progress, width: 120)
                == "[==================>     ] 7/9  1:32 of media in 0:06  15x real time  412 tok/s  2 s left")
    }

    @Test("a bar on a narrow terminal fits and keeps the time left", arguments: [40, 50, 60, 80])
    func narrowBar(width: Int) {
        let line = barLine(progress, width: width)
        #expect(line.count < width)
        #expect(line.hasSuffix("2 s left") || width < 50)
    }

    private var progress: RunProgress {
        var progress = RunProgress(total: 9)
        progress.done = 7
        progress.mediaSeconds = 92
        progress.elapsed = 6.1
        progress.tokens = 2513
        return progress
    }

    @Test("a name that would drive the terminal is shown escaped")
    func hostileName() {
        #expect(displayPath("/m/a\nb\u{1B}[2J.png", from: "/m") == "a\\nb\\u{1b}[2J.png")
        #expect(displayPath("/other/x.png", from: "/m") == "/other/x.png")
        #expect(shellWord("it's here.sqlite") == #"'it'\''s here.sqlite'"#)
    }

    @Test("the closing words say what failed, what is flagged and what to do next")
    func closing() {
        var counts = UnitCounts()
        counts.done = 8
        counts.failed = 1
        counts.flagged = 1
        let flagged = FinishedUnit(
            path: "/jobs/silence.wav", task: "transcribe", taskKind: "transcribe", start: 0, end: 3, status: .done,
            text: "", flags: ["silent"])
        let spoken = FinishedUnit(
            path: "/jobs/talk.mp3", task: "transcribe", taskKind: "transcribe", start: 0, end: 4.2, status: .done,
            text: "the reporter crossed the narrow bridge", flags: [])
        var summary = RunSummary(
            run: 1, manifest: "job.yaml", database: "job.sqlite", base: "/jobs", worked: 9, counts: counts,
            interrupted: false, isPlanned: true, seconds: 8.2, firstResults: [spoken], firstFlagged: [flagged])
        #expect(summary.outcomeLine == "Done: 9 units in 8 s, 1 failed, 1 flagged (silence.wav: silent).")
        #expect(
            summary.resultLines() == [
                "  talk.mp3  00:00.0-00:04.2   the reporter crossed the narrow bridge", "  ... and 8 more",
            ])
        summary.interrupted = true
        #expect(summary.nextLines == ["Go on with: nightreel run job.yaml"])
    }
}
