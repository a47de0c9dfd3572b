import Foundation
import Media
import SystemPackage
import Testing

@Suite struct VideoFrameReaderTests {
    /// Frame n of these films has the grey value 16 + 8 n in the whole picture.
    private static let steps = "geq=lum='16+8*N':cb=128:cr=128"

    /// Which frame it is by its brightness.
    private func number(_ frame: VideoFrame?) -> Int? {
        frame.map { Int((Double($0.image[16, 16].green) * 219 / 255 / 8).rounded()) }
    }

    private func film(_ scratch: Scratch, rate: Int, frames: Int, _ name: String, _ codec: [String]) throws -> FilePath
    {
        let source = "color=black:s=32x32:r=\(rate):d=\(Double(frames) / Double(rate)),format=yuv420p,\(Self.steps)"
        try scratch.write(Array(source.utf8), to: "graph")
        switch codec {
        case ["b-frames"]:
            return try scratch.ffmpeg(
                "-f", "lavfi", "-i", source, "-c:v", "libx264", "-bf", "3", "-g", "6", "-crf", "4", name)
        default:
            return try scratch.ffmpeg("-f", "lavfi", "-i", source, "-c:v", "mpeg4", "-q:v", "1", "-g", "5", name)
        }
    }

    @Test("the frame on screen is the last one that began, also with B-frames", arguments: ["f.mp4", "f.mkv", "f.ts"])
    func framesByTime(name: String) throws {
        let scratch = try Scratch()
        let path = try film(scratch, rate: 10, frames: 24, name, ["b-frames"])
        let reader = try VideoFrameReader(path)
        #expect(number(try reader.frame(at: -1)) == 0)
        #expect(number(try reader.frame(at: 0)) == 0)
        #expect(number(try reader.frame(at: 0.05)) == 0)
        #expect(number(try reader.frame(at: 0.1)) == 1)
        #expect(number(try reader.frame(at: 0.1)) == 1)
        #expect(number(try reader.frame(at: 0.71)) == 7)
        #expect(number(try reader.frame(at: 2.3)) == 23)
        #expect(number(try reader.frame(at: 99)) == 23)
        #expect(reader.issues.isEmpty)
    }

    @Test("frames of variable rate keep their own times")
    func variableRate() throws {
        let scratch = try Scratch()
        // Frames at 0, 0.1, 0.4, 0.9, 1.6 s.
        let path = try scratch.ffmpeg(
            "-f", "lavfi", "-i", "color=black:s=32x32:r=10:d=0.5,format=yuv420p,\(Self.steps),setpts='0.1*N*N/TB'",
            "-vsync", "vfr", "-c:v", "libx264", "-crf", "4", "vfr.mp4")
        let reader = try VideoFrameReader(path)
        var times: [Double] = []
        for time in [0, 0.05, 0.1, 0.39, 0.4, 0.6, 0.9, 1.59, 1.61] {
            let frame = try #require(try reader.frame(at: time))
            #expect(Double(try #require(number(frame))) == (frame.time * 10).squareRoot().rounded())
            if times.last != frame.time { times.append(frame.time) }
        }
        #expect(times.count == 5)
        #expect(zip(times, [0, 0.1, 0.4, 0.9, 1.6]).allSatisfy { abs($0 - $1) < 1e-3 })
    }

    @Test(
        "seeking gives the very frames that reading from the beginning gives", arguments: ["f.mp4", "f.mkv", "f.avi"])
    func seeking(name: String) throws {
        let scratch = try Scratch()
        let path = try scratch.ffmpeg(
            "-f", "lavfi", "-i", "testsrc2=s=64x64:r=10:d=12", "-c:v", name == "f.avi" ? "mpeg4" : "libx264", "-bf",
            "2",
            "-g", "20", name)
        let sequential = try VideoFrameReader(path)
        for start in stride(from: 0.0, to: 12, by: 0.73) {
            let seeking = try VideoFrameReader(path, start: start)
            let expected = try #require(try sequential.frame(at: start))
            let frame = try #require(try seeking.frame(at: start))
            #expect(frame.time == expected.time)
            let isSame = frame.image == expected.image
            #expect(isSame)
        }
    }

    @Test("a film cut with an edit list begins at its first visible frame")
    func editList() throws {
        let scratch = try Scratch()
        _ = try film(scratch, rate: 10, frames: 24, "whole.mp4", ["b-frames"])
        // Copying from between two key frames keeps the earlier pictures but hides them with an edit list.
        let path = try scratch.ffmpeg("-ss", "0.85", "-i", "whole.mp4", "-c", "copy", "cut.mp4")
        let reader = try VideoFrameReader(path)
        let first = try #require(try reader.frame(at: 0))
        #expect([8, 9].contains(number(first)))
        #expect(number(try reader.frame(at: 1.0)).map { [18, 19].contains($0) } == true)
        #expect(abs(reader.info.duration - 1.55) < 0.11)
    }

    @Test("a Matroska file without a duration is measured by its packets")
    func noDuration() throws {
        let scratch = try Scratch()
        _ = try film(scratch, rate: 10, frames: 24, "whole.mkv", ["b-frames"])
        let path = try scratch.ffmpeg("-i", "whole.mkv", "-c", "copy", "-live", "1", "-f", "matroska", "live.mkv")
        #expect(abs(try MediaProbe.probe(path).duration - 2.4) < 0.01)
        #expect(number(try VideoFrameReader(path).frame(at: 2.3)) == 23)
    }

    @Test("a fragmented film has its whole length")
    func fragmented() throws {
        let scratch = try Scratch()
        _ = try film(scratch, rate: 10, frames: 24, "whole.mp4", ["b-frames"])
        let path = try scratch.ffmpeg(
            "-i", "whole.mp4", "-c", "copy", "-movflags", "frag_keyframe+empty_moov+skip_trailer", "live.mp4")
        #expect(abs(try MediaProbe.probe(path).duration - 2.4) < 0.2)
        let reader = try VideoFrameReader(path)
        #expect(number(try reader.frame(at: 2.3)) == 23)
        #expect(reader.issues.isEmpty)
    }

    @Test("pixels equal FFmpeg's default conversion", arguments: ["yuv420p", "yuv422p", "yuv420p10le", "yuv444p"])
    func pixels(format: String) throws {
        let scratch = try Scratch()
        // An odd width and height take swscale's slower paths.
        let source = "testsrc2=s=\(format == "yuv444p" ? "75x53" : "74x54"):r=5:d=1"
        let path = try scratch.ffmpeg(
            "-f", "lavfi", "-i", source, "-pix_fmt", format, "-colorspace", "bt709", "-c:v", "libx264", "film.mkv")
        try scratch.ffmpeg("-i", "film.mkv", "-vsync", "passthrough", "-pix_fmt", "rgb24", "-f", "rawvideo", "film.rgb")
        let reader = try VideoFrameReader(path)
        var pixels: [UInt8] = []
        for time in stride(from: 0.05, to: 1, by: 0.2) {
            pixels += try #require(try reader.frame(at: time)).image.pixels
        }
        let isEqual = pixels == (try scratch.bytes("film.rgb"))
        #expect(isEqual)
    }

    @Test("cover pictures are not the film")
    func coverPictures() throws {
        let scratch = try Scratch()
        try scratch.encode(.marked, as: "cover.png")
        try scratch.ffmpeg("-f", "lavfi", "-i", "sine=d=1", "plain.wav")
        for (name, codec) in [("song.mp3", "libmp3lame"), ("song.m4a", "aac"), ("song.flac", "flac")] {
            let path = try scratch.ffmpeg(
                "-i", "plain.wav", "-i", "cover.png", "-map", "0", "-map", "1", "-c:a", codec, "-c:v", "copy",
                "-disposition:v:0", "attached_pic", name)
            let info = try MediaProbe.probe(path)
            #expect(info.kind == .audio)
            #expect(info.video == nil)
            #expect(throws: MediaError.noVideo) { try VideoFrameReader(path) }
            let sound = try samples(of: path).samples
            #expect(abs(sound.count - 16_000) < 1200)
            #expect(level(sound, 0.0, 0.02) > 0.01)
        }
        // A single PNG frame beside sound, not marked as a cover.
        let path = try scratch.ffmpeg(
            "-i", "plain.wav", "-i", "cover.png", "-map", "0", "-map", "1", "-c:v", "copy", "unmarked.mkv")
        #expect(try MediaProbe.probe(path).kind == .audio)
    }

    @Test("pictures and sounds are told from films")
    func kinds() throws {
        let scratch = try Scratch()
        let picture = try scratch.encode(.marked, as: "picture.png")
        #expect(throws: MediaError.noVideo) { try VideoFrameReader(picture) }
        #expect(throws: MediaError.noAudio) { try AudioReader(picture) }
        let single = try scratch.encode(.marked, ["-c:v", "mjpeg"], as: "single.avi")
        #expect(try MediaProbe.probe(single).kind == .image)
        let isUpright = try StillImage.decode(single).image.looksMarked
        #expect(isUpright)
        let film = try film(scratch, rate: 10, frames: 10, "film.mp4", [])
        let info = try MediaProbe.probe(film)
        #expect(info.kind == .video)
        #expect(info.video == VideoStreamInfo(index: 0, codec: "mpeg4", width: 32, height: 32, averageFrameRate: 10))
        #expect(abs(info.duration - 1) < 1e-6)
        #expect(throws: MediaError.noAudio) { try AudioReader(film) }
    }
}
