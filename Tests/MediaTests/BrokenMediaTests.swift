import Foundation
import Logging
import Media
import Synchronization
import SystemPackage
import Testing

@Suite struct BrokenMediaTests {
    @Test("a film cut off behind its header is used and flagged as truncated")
    func truncatedFilm() throws {
        let scratch = try Scratch()
        try scratch.ffmpeg(
            "-f", "lavfi", "-i", "testsrc2=s=96x96:r=10:d=8", "-f", "lavfi", "-i", "sine=d=8", "-movflags", "faststart",
            "-g", "10", "whole.mp4")
        let whole = try scratch.bytes("whole.mp4")
        let path = try scratch.write(Array(whole[..<(whole.count / 2)]), to: "cut.mp4")
        #expect(abs(try MediaProbe.probe(path).duration - 8) < 0.1)
        let film = try VideoFrameReader(path)
        let last = try #require(try film.frame(at: 8))
        #expect(last.time > 1 && last.time < 7)
        let seconds = film.issues.compactMap { if case .truncated(let seconds) = $0 { seconds } else { nil } }
        #expect(seconds.count == 1 && abs(seconds[0] - last.time) < 1)
        let (sound, reader) = try samples(of: path)
        #expect(sound.count > 16_000 && sound.count < 7 * 16_000)
        #expect(reader.issues.contains { $0.flag == "truncated" })

        #expect(try VideoFrameReader(scratch.path("whole.mp4")).frame(at: 8) != nil)
        let (_, complete) = try samples(of: scratch.path("whole.mp4"))
        #expect(complete.issues.isEmpty)
    }

    @Test("sound files cut off are flagged as truncated", arguments: ["cut.wav", "cut.aiff", "cut.flac", "cut.mka"])
    func truncatedSound(name: String) throws {
        let scratch = try Scratch()
        try scratch.ffmpeg("-f", "lavfi", "-i", "anoisesrc=d=4:r=16000", "whole-\(name)")
        let whole = try scratch.bytes("whole-\(name)")
        let path = try scratch.write(Array(whole[..<(whole.count / 2)]), to: name)
        let (sound, reader) = try samples(of: path)
        #expect(abs(Double(sound.count) / 16_000 - 2) < 0.6)
        #expect(reader.issues.contains { $0.flag == "truncated" })
        #expect(try samples(of: scratch.path("whole-\(name)")).reader.issues.isEmpty)
    }

    @Test("a film with damaged bytes goes through and says so")
    func corruptFilm() throws {
        let scratch = try Scratch()
        try scratch.ffmpeg("-f", "lavfi", "-i", "testsrc2=s=96x96:r=10:d=4", "-c:v", "mpeg4", "whole.avi")
        var bytes = try scratch.bytes("whole.avi")
        for offset in stride(from: bytes.count / 3, to: bytes.count / 3 + 3000, by: 2) { bytes[offset] ^= 0x5A }
        let path = try scratch.write(bytes, to: "hurt.avi")
        let reader = try VideoFrameReader(path)
        #expect(try reader.frame(at: 3.9) != nil)
        #expect(reader.issues.contains { $0.flag == "corrupt" })
    }

    @Test("a film cut off before its index is undecodable")
    func headerMissing() throws {
        let scratch = try Scratch()
        try scratch.ffmpeg("-f", "lavfi", "-i", "testsrc2=s=96x96:r=10:d=2", "whole.mp4")
        let whole = try scratch.bytes("whole.mp4")
        let path = try scratch.write(Array(whole[..<(whole.count / 2)]), to: "cut.mp4")
        let error = #expect(throws: MediaError.self) { try MediaProbe.probe(path) }
        #expect(error?.errorClass == "undecodable")
    }

    @Test(
        "what is no media says so, whatever its name",
        arguments: ["text.mp4", "text.txt", "text.jpg", "text.srt", "list.m3u8", "text.ass", "text.nfo", "session.sdp"])
    func notMedia(name: String) throws {
        let contents = [
            "text.srt": "1\n00:00:00,000 --> 00:00:01,000\nHello\n\n2\n00:00:02,000 --> 00:00:03,000\nThere\n",
            "list.m3u8": "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile.ts\n#EXT-X-ENDLIST\n",
            "text.ass": "[Script Info]\nScriptType: v4.00+\n\n[Events]\nDialogue: 0,0:00:00.00,0:00:01.00,,,,,,,Hi\n",
            "session.sdp": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nm=audio 5004 RTP/AVP 0\n",
        ]
        let scratch = try Scratch()
        let text = contents[name] ?? String(repeating: "The reporter crossed the narrow bridge.\n", count: 200)
        let path = try scratch.write(Array(text.utf8), to: name)
        #expect(throws: MediaError.notMedia) { try MediaProbe.probe(path) }
        #expect(throws: MediaError.notMedia) { try AudioReader(path) }
        #expect(throws: MediaError.notMedia) { try VideoFrameReader(path) }
        #expect(throws: MediaError.notMedia) { try StillImage.decode(path) }
    }

    @Test("noise is no media", arguments: [1, 100, 5000, 300_000])
    func garbage(count: Int) throws {
        let scratch = try Scratch()
        var state: UInt64 = 42
        let noise = (0..<count).map { _ -> UInt8 in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 33)
        }
        let path = try scratch.write(noise, to: "noise.mp4")
        #expect(throws: MediaError.notMedia) { try MediaProbe.probe(path) }
    }

    @Test("an empty file is no media")
    func empty() throws {
        let path = try Scratch().write([], to: "empty.mp4")
        #expect(throws: MediaError.self) { try MediaProbe.probe(path) }
        let scratch = try Scratch()
        let kept = try scratch.write([], to: "empty.mp4")
        #expect(throws: MediaError.notMedia) { try MediaProbe.probe(kept) }
    }

    @Test("only regular files are opened")
    func specialFiles() throws {
        let scratch = try Scratch()
        let fifo = scratch.path("pipe.mp4")
        #expect(fifo.withPlatformString { mkfifo($0, 0o600) } == 0)
        for path in [fifo, scratch.path("."), "/dev/null", "/dev/zero", scratch.path("missing.mp4")] {
            let error = #expect(throws: MediaError.self) { try MediaProbe.probe(path) }
            #expect(error?.errorClass == "unreadable")
            #expect(error?.isTransient == true)
        }
    }

    @Test(
        "any name that a file can have opens that file",
        arguments: [
            "a:b.wav", "-", "concat:x|y", "http:", "file:a.wav", "two\nlines.wav", "%03d.wav", "pipe:0", "a?b#c",
        ])
    func names(name: String) throws {
        let scratch = try Scratch()
        try scratch.ffmpeg("-f", "lavfi", "-i", "sine=d=0.5:r=16000", "tone.wav")
        let path = try scratch.write(try scratch.bytes("tone.wav"), to: name)
        #expect(try samples(of: path).samples.count == 8000)
    }

    @Test("a name that is not UTF-8 opens its file")
    func undecodableName() throws {
        let scratch = try Scratch()
        let tone = try scratch.ffmpeg("-f", "lavfi", "-i", "sine=d=0.5:r=16000", "tone.wav")
        let bytes = Array(scratch.path("").string.utf8) + [0x2F, 0x66, 0xFF, 0xFE, 0x80, 0x2E, 0x77, 0]
        let path = bytes.map(CChar.init(bitPattern:)).withUnsafeBufferPointer {
            FilePath(platformString: $0.baseAddress!)
        }
        let status = tone.withPlatformString { from in path.withPlatformString { rename(from, $0) } }
        #expect(status == 0)
        #expect(try MediaProbe.probe(path).kind == .audio)
        unlink(bytes.map(CChar.init(bitPattern:)))
    }

    @Test("an operation without time left ends as timed out")
    func deadline() throws {
        let scratch = try Scratch()
        let film = try scratch.ffmpeg("-f", "lavfi", "-i", "testsrc2=s=96x96:d=1", "film.mp4")
        let picture = try scratch.encode(.marked, as: "a.png")
        #expect(throws: MediaError.timedOut(seconds: 0)) { try MediaProbe.probe(film, timeout: 0) }
        #expect(throws: MediaError.timedOut(seconds: 0)) { try VideoFrameReader(film, timeoutPerFrame: 0) }
        #expect(throws: MediaError.timedOut(seconds: 0)) { try StillImage.decode(picture, timeout: 0) }
        #expect(MediaError.timedOut(seconds: 0).isTransient)
    }

    @Test("FFmpeg's own words go to the logger at debug level")
    func logging() throws {
        let scratch = try Scratch()
        try scratch.ffmpeg("-f", "lavfi", "-i", "testsrc2=s=96x96:r=10:d=2", "whole.mp4")
        let whole = try scratch.bytes("whole.mp4")
        let path = try scratch.write(Array(whole[..<(whole.count / 2)]), to: "cut.mp4")
        let lines = LogLines(.debug)
        #expect(throws: MediaError.self) {
            try MediaProbe.probe(path, logger: Logger(label: "test") { _ in lines })
        }
        #expect(lines.all.contains { $0.hasPrefix("debug: ") && $0.contains("moov atom not found") })
        let quiet = LogLines(.info)
        #expect(throws: MediaError.self) {
            try MediaProbe.probe(path, logger: Logger(label: "test") { _ in quiet })
        }
        #expect(quiet.all.isEmpty)
    }

    @Test("every error says in one line what to do")
    func descriptions() {
        let errors: [MediaError] = [
            .unreadable(reason: "x"), .notMedia, .noVideo, .noAudio, .unsupportedCodec(name: "x", stream: 1),
            .tooLarge(width: 1, height: 2, limit: 1), .undecodable(reason: "x"), .timedOut(seconds: 2),
        ]
        #expect(Set(errors.map(\.errorClass)).count == errors.count)
        #expect(errors.allSatisfy { !$0.description.isEmpty && !$0.description.contains("\n") })
        #expect(errors.filter(\.isTransient) == [.unreadable(reason: "x"), .timedOut(seconds: 2)])
    }
}

private final class LogLines: LogHandler {
    private let lines = Mutex<[String]>([])
    private let level: Logger.Level

    init(_ level: Logger.Level) { self.level = level }

    var all: [String] { lines.withLock { $0 } }
    var metadata: Logger.Metadata {
        get { [:] }
        set {}
    }
    var logLevel: Logger.Level {
        get { level }
        set {}
    }

    subscript(metadataKey _: String) -> Logger.Metadata.Value? {
        get { nil }
        set {}
    }

    func log(event: LogEvent) {
        lines.withLock { $0.append("\(event.level): \(event.message)") }
    }
}
