import Foundation
import Media
import SystemPackage
import Testing

@Suite struct AudioReaderTests {
    @Test("16-bit sound at 16 kHz mono is not touched")
    func exactPCM() throws {
        let scratch = try Scratch()
        try scratch.ffmpeg("-f", "lavfi", "-i", "anoisesrc=d=1.07:r=16000:seed=1", "-c:a", "pcm_s16le", "a.wav")
        let path = try scratch.ffmpeg("-i", "a.wav", "-f", "s16le", "a.raw")
        let raw = try scratch.bytes("a.raw")
        let expected = stride(from: 0, to: raw.count, by: 2).map {
            Float(Int16(bitPattern: UInt16(raw[$0]) | UInt16(raw[$0 + 1]) << 8)) / 32768
        }
        #expect(path.lastComponent?.string == "a.raw")
        for piece in [4999, 100_000] {
            let isEqual = try samples(of: scratch.path("a.wav"), piece: piece).samples == expected
            #expect(isEqual)
        }
    }

    @Test(
        "every codec gives the tone at its level and length",
        arguments: ["a.mp3", "a.m4a", "a.webm", "a.ogg", "a.flac", "a.wma", "a.aiff", "a.mka", "a.ts", "a.au"])
    func codecs(name: String) throws {
        let scratch = try Scratch()
        let path = try scratch.ffmpeg(
            "-f", "lavfi", "-i", "sine=f=1000:d=2:r=44100,volume=4", "-ac", "2", "-ar", "48000", name)
        let (sound, reader) = try samples(of: path)
        #expect(abs(Double(sound.count) / 16_000 - 2) < 0.08)
        #expect(abs(level(sound, 0.2, 1.8) - 0.25) < 0.02)
        #expect(abs(reader.info.duration - 2) < 0.08)
        #expect(reader.info.kind == .audio)
        #expect(reader.issues.isEmpty)
        // 1000 Hz cross zero 2000 times a second.
        let middle = sound[3200..<28_800]
        let crossings = zip(middle, middle.dropFirst()).count { ($0 < 0) != ($1 < 0) }
        #expect(abs(crossings - 3200) <= 4)
    }

    @Test("a film whose sound starts 0.4 s late has 0.4 s of silence in front", arguments: ["late.mp4", "late.mkv"])
    func lateStart(name: String) throws {
        let scratch = try Scratch()
        try scratch.ffmpeg("-f", "lavfi", "-i", "sine=f=500:d=1:r=16000", "-c:a", "pcm_s16le", "tone.wav")
        try scratch.ffmpeg("-f", "lavfi", "-i", "color=red:s=32x32:d=2:r=10", "film.mp4")
        let path = try scratch.ffmpeg(
            "-i", "film.mp4", "-itsoffset", "0.4", "-i", "tone.wav", "-map", "0", "-map", "1", "-c:v", "copy", "-c:a",
            "aac", name)
        let sound = try samples(of: path).samples
        #expect(level(sound, 0, 0.37) < 1e-4)
        #expect(level(sound, 0.43, 1.35) > 0.05)
        #expect(abs(Double(sound.count) / 16_000 - 1.4) < 0.07)
    }

    @Test("zero is the container's start time, for sound and pictures alike", arguments: ["late.mkv", "late.mov"])
    func startTime(name: String) throws {
        let scratch = try Scratch()
        let path = try scratch.ffmpeg(
            "-f", "lavfi", "-i", "sine=f=500:d=1:r=16000", "-f", "lavfi", "-i", "color=red:s=32x32:d=1:r=10",
            "-c:a", "pcm_s16le", "-output_ts_offset", "50", name)
        let info = try MediaProbe.probe(path)
        #expect(abs(info.duration - 1) < 0.1)
        #expect(try VideoFrameReader(path).frame(at: 0.5).map { abs($0.time - 0.5) < 0.02 } == true)
        let sound = try samples(of: path).samples
        #expect(abs(Double(sound.count) / 16_000 - 1) < 0.05)
        #expect(level(sound, 0.03, 0.2) > 0.05)
    }

    @Test("a gap in the timestamps is filled with silence")
    func gap() throws {
        let scratch = try Scratch()
        // One second of tone without the part from 0.4 to 0.7 s, the rest keeping its timestamps.
        let path = try scratch.ffmpeg(
            "-f", "lavfi", "-i", "sine=f=500:d=1.2:r=16000:samples_per_frame=160", "-af",
            "aselect='not(between(t,0.4,0.699))'", "-c:a", "pcm_s16le", "gap.mkv")
        let sound = try samples(of: path).samples
        #expect(abs(Double(sound.count) / 16_000 - 1.2) < 0.02)
        #expect(level(sound, 0.1, 0.38) > 0.05)
        #expect(level(sound, 0.42, 0.68) < 1e-3)
        #expect(level(sound, 0.72, 1.1) > 0.05)
    }

    @Test("recordings joined with a jump of the timestamps follow one another", arguments: [40, -40])
    func discontinuity(jump: Int) throws {
        let scratch = try Scratch()
        var joined: [UInt8] = []
        for (name, offset) in [("a.ts", 50), ("b.ts", 50 + jump)] {
            try scratch.ffmpeg(
                "-f", "lavfi", "-i", "sine=f=500:d=2:r=16000", "-c:a", "mp2", "-output_ts_offset", "\(offset)", name)
            joined += try scratch.bytes(name)
        }
        let sound = try samples(of: try scratch.write(joined, to: "joined.ts")).samples
        #expect(abs(Double(sound.count) / 16_000 - 4) < 0.2)
        #expect(level(sound, 2.3, 3.8) > 0.05)
    }

    @Test("what is skipped between two reads is not heard, and what follows is the same")
    func skipping() throws {
        let scratch = try Scratch()
        let path = try scratch.ffmpeg("-f", "lavfi", "-i", "anoisesrc=d=3:r=44100:seed=2", "noise.flac")
        let all = try samples(of: path).samples
        let reader = try AudioReader(path)
        #expect(try reader.read(from: 100, count: 50) == Array(all[100..<150]))
        #expect(try reader.read(from: 30_000, count: 500) == Array(all[30_000..<30_500]))
        #expect(try reader.read(from: 47_900, count: 500) == Array(all[47_900...]))
        #expect(try reader.read(from: 60_000, count: 5) == [])
    }

    @Test("44.1 kHz becomes 16 kHz without a change of length")
    func length() throws {
        let scratch = try Scratch()
        let path = try scratch.ffmpeg("-f", "lavfi", "-i", "anoisesrc=d=10:r=44100:seed=3", "noise.wav")
        #expect(try samples(of: path).samples.count == 160_000)
    }

    @Test("in 5.1 the centre is heard, and the LFE is not")
    func surround() throws {
        let scratch = try Scratch()
        func only(_ channel: String) throws -> Float {
            let path = try scratch.ffmpeg(
                "-f", "lavfi", "-i", "sine=f=500:d=1:r=16000,volume=8", "-af", "pan=5.1|\(channel)=c0", "-c:a", "flac",
                "\(channel).flac")
            return level(try samples(of: path).samples, 0.1, 0.9)
        }
        let centre = try only("FC")
        let left = try only("FL")
        #expect(centre > 0.15)
        #expect(abs(centre / left - Float(2).squareRoot()) < 0.01)
        #expect(try only("LFE") < 1e-4)
    }

    @Test("full scale on all channels does not clip", arguments: ["stereo", "5.1", "7.1"])
    func fullScale(layout: String) throws {
        let scratch = try Scratch()
        let path = try scratch.ffmpeg(
            "-f", "lavfi", "-i", "aevalsrc='sgn(sin(2*PI*100*t))':d=0.5:s=16000", "-af",
            "aformat=channel_layouts=mono,aresample,pan=\(layout)|"
                + (0..<(["stereo": 2, "5.1": 6, "7.1": 8][layout] ?? 0)).map { "c\($0)=c0" }.joined(separator: "|"),
            "-c:a", "pcm_s16le", "full.wav")
        let sound = try samples(of: path).samples
        let peak = sound.map(abs).max() ?? 0
        #expect(peak <= 1.000_001)
        #expect(peak > 0.99)
    }

    @Test("sixty channels without names count the same")
    func manyChannels() throws {
        let scratch = try Scratch()
        // A WAV of 60 channels of which one holds a constant.
        var data: [UInt8] = []
        for _ in 0..<1600 { for channel in 0..<60 { data += channel == 7 ? [0, 0x60] : [0, 0] } }
        func le(_ value: Int, _ count: Int) -> [UInt8] {
            (0..<count).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
        }
        var file: [UInt8] = Array("RIFF".utf8) + le(36 + data.count, 4) + Array("WAVEfmt ".utf8) + le(16, 4)
        file += le(1, 2) + le(60, 2) + le(16_000, 4) + le(16_000 * 120, 4) + le(120, 2) + le(16, 2)
        file += Array("data".utf8) + le(data.count, 4) + data
        let path = try scratch.write(file, to: "many.wav")
        let (sound, reader) = try samples(of: path)
        #expect(reader.info.audio?.channels == 60)
        #expect(sound.count == 1600)
        #expect(sound.allSatisfy { abs($0 - 0.75 / 60) < 1e-6 })
    }

    @Test("the default stream is taken first, then the one with most channels")
    func bestStream() throws {
        let scratch = try Scratch()
        let path = try scratch.ffmpeg(
            "-f", "lavfi", "-i", "sine=d=0.5", "-map", "0", "-map", "0", "-map", "0", "-c:a", "aac", "-ac:a:0", "1",
            "-ac:a:1", "6", "-ac:a:2", "2", "-disposition:a", "0", "most.mkv")
        #expect(try MediaProbe.probe(path).audio?.index == 1)
        let marked = try scratch.ffmpeg(
            "-i", "most.mkv", "-map", "0", "-c", "copy", "-disposition:a:2", "default", "d.mkv")
        #expect(try MediaProbe.probe(marked).audio?.index == 2)
    }
}
