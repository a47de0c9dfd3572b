import Features
import Logging
import Media
import SystemPackage

/// A picture, frames or sound as the model takes them, and what was noticed on the way.
struct Decoded<Feature: Sendable>: Sendable {
    var feature: Feature
    /// Seconds of media in it; 0 for an image.
    var seconds: Double
    /// "truncated", "corrupt".
    var flags: Set<String>
    /// Seconds that decoding and extraction took.
    var elapsed: Double
}

struct FrameFeatures: Sendable {
    var patches: VisionPatches
    /// Temporal patch size over the frames a second that were really sampled.
    var secondsPerGrid: Double
}

struct SoundFeatures: Sendable {
    var mel: LogMel
    /// Largest absolute sample, full scale 1.
    var peak: Float
}

/// A span that holds nothing although the container promised it.
struct PastTheEnd: Error {
    /// Where decoding ended.
    var seconds: Double
}

/// Decodes spans of media files into features.
///
/// What comes out depends on file and span only, not on what was decoded before: frames come from a reader opened
/// for the span, sound from a reader that has decoded the file from its start. Sound is read forward through one reader
/// for each `lane`, so that units of one recipe share a single pass; a lane that must go back opens the file again.
struct SpanDecoder {
    let settings: FeatureSettings
    let logger: Logger?
    private var openFile: FilePath?
    private var soundLanes: [String: SoundLane] = [:]

    private struct SoundLane {
        let reader: AudioReader
        /// The sample at which the last span ended, and that sample itself, read ahead.
        var position: Int
        var next: Float?
    }

    init(settings: FeatureSettings, logger: Logger?) {
        self.settings = settings
        self.logger = logger
    }

    func image(_ path: FilePath, maxPixels: Int?) throws -> Decoded<VisionPatches> {
        let clock = Stopwatch()
        let still = try StillImage.decode(path, logger: logger)
        let patches = try settings.vision.patches(
            image: still.image, budget: settings.imageBudget.limited(to: maxPixels))
        return Decoded(
            feature: patches, seconds: 0, flags: Set(still.issues.map(\.flag)), elapsed: clock.seconds)
    }

    /// Frames of [start, end). Where the file ends inside the span, frames up to there, flagged.
    func frames(
        _ path: FilePath, span: Span, framesPerSecond: Double, maxFrames: Int, maxPixels: Int?
    ) throws -> Decoded<FrameFeatures> {
        let clock = Stopwatch()
        var sampling = FrameSampling(
            start: span.start, end: span.end, framesPerSecond: framesPerSecond, maximum: maxFrames)
        var (images, issues) = try readFrames(path, at: sampling.times)
        var end = span.end
        if let last = issues.truncation, last < span.end {
            guard last > span.start else { throw PastTheEnd(seconds: last) }
            end = last
            sampling = FrameSampling(
                start: span.start, end: end, framesPerSecond: framesPerSecond, maximum: maxFrames)
            (images, issues) = try readFrames(path, at: sampling.times)
            issues.insert(.truncated(seconds: last))
        }
        guard !images.isEmpty else {
            throw MediaError.undecodable(reason: "no frame of the video could be decoded")
        }
        let patches = try settings.vision.patches(
            frames: images, budget: settings.frameBudget.limited(to: maxPixels))
        let grid = Double(settings.temporalPatchSize) / sampling.framesPerSecond
        return Decoded(
            feature: FrameFeatures(patches: patches, secondsPerGrid: grid), seconds: end - span.start,
            flags: Set(issues.map(\.flag)), elapsed: clock.seconds)
    }

    private func readFrames(
        _ path: FilePath, at times: [Double]
    ) throws(MediaError) -> (images: [RGBImage], issues: Set<MediaIssue>) {
        let reader = try VideoFrameReader(path, start: times.first ?? 0, logger: logger)
        var images: [RGBImage] = []
        for time in times {
            guard let frame = try reader.frame(at: time) else { break }
            images.append(frame.image)
        }
        return (images, Set(reader.issues))
    }

    /// Sound of [start, end); nil where it holds less than `shortestSound`.
    mutating func sound(_ path: FilePath, span: Span, lane: String) throws -> Decoded<SoundFeatures>? {
        let clock = Stopwatch()
        let start = Int((span.start * Double(AudioReader.sampleRate)).rounded())
        let end = Int((span.end * Double(AudioReader.sampleRate)).rounded())
        let (samples, issues) = try readSamples(path, from: start, to: end, lane: lane)
        let seconds = Double(samples.count) / Double(AudioReader.sampleRate)
        guard seconds >= shortestSound else { return nil }
        let peak = samples.reduce(Float(0)) { max($0, abs($1)) }
        let mel = settings.logMel([samples])[0]
        return Decoded(
            feature: SoundFeatures(mel: mel, peak: peak), seconds: seconds, flags: Set(issues.map(\.flag)),
            elapsed: clock.seconds)
    }

    /// Samples with the issues met between `start` and `end`, not those of what was skipped to get there.
    ///
    /// Reads one sample past `end` and keeps it for the next span: only so does a reader find out that its file ends
    /// here, and too early. A fresh reader is first brought to where reading the spans before would have left it.
    private mutating func readSamples(
        _ path: FilePath, from start: Int, to end: Int, lane name: String
    ) throws(MediaError) -> (samples: [Float], issues: [MediaIssue]) {
        if openFile != path { close() }
        openFile = path
        // Taken out while reading: a lane whose reader threw is not used again.
        var lane = soundLanes.removeValue(forKey: name)
        if let position = lane?.position, position > start { lane = nil }
        var current: SoundLane
        if let lane {
            current = lane
        } else {
            current = SoundLane(reader: try AudioReader(path, logger: logger), position: 0, next: nil)
        }
        if current.position < start || current.next == nil {
            current.next = try current.reader.read(from: start, count: 1).first
        }
        let skipped = start == 0 ? 0 : current.reader.issues.corruptCount
        var samples: [Float] = []
        if let first = current.next {
            samples.reserveCapacity(end - start + 1)
            samples.append(first)
            samples += try current.reader.read(from: start + 1, count: end - start)
        }
        current.next = samples.count > end - start ? samples.removeLast() : nil
        current.position = end
        if current.next != nil { soundLanes[name] = current }
        let issues = current.reader.issues.filter { issue in
            switch issue {
            // Sound that ends too early concerns its last span.
            case .truncated(let seconds): seconds <= Double(end) / Double(AudioReader.sampleRate) + 0.05
            case .corrupt(let count): count > skipped
            }
        }
        return (samples, issues)
    }

    /// Lets go of the files that are open for sound.
    mutating func close() {
        soundLanes.removeAll()
        openFile = nil
    }
}

extension Collection<MediaIssue> {
    fileprivate var truncation: Double? {
        for case .truncated(let seconds) in self { return seconds }
        return nil
    }

    fileprivate var corruptCount: Int {
        for case .corrupt(let count) in self { return count }
        return 0
    }
}
