import Archive
import Engine
import Features
import Logging
import Manifest
import Media
import SystemPackage

/// A unit as it leaves preparation.
enum Preparation<Prompt: Sendable>: Sendable {
    case prompt(PromptUnit<Prompt>)
    /// Over without the engine.
    case over(UnitOutcome)
}

/// How a unit ends, as the archive takes it.
enum UnitOutcome: Sendable {
    case finished(UnitResult)
    case skipped(errorClass: String, reason: String)
    case failed(errorClass: String, error: String)
}

/// A unit ready for the engine.
struct PromptUnit<Prompt: Sendable>: Sendable {
    var prompt: Prompt
    var sampling: SamplingParameters
    var maxNewTokens: Int
    var secondsCovered: Double
    var flags: Set<String>
    var decodeMediaSeconds: Double
    /// Bytes of features, about.
    var cost: Int
}

/// Decodes what a unit shows and lays out its prompt. Units come in the archive's order; whatever a file does
/// becomes that unit's failure.
struct UnitPreparer<Preparer: PromptPreparer> {
    let preparer: Preparer
    let archive: Archive
    private var decoder: SpanDecoder
    private var cache = SpanCache()
    /// The last file that was compared with the plan, and what was found.
    private var checked: (path: FilePath, hash: String, problem: UnitOutcome?)?

    init(preparer: Preparer, archive: Archive, settings: FeatureSettings, logger: Logger?) {
        self.preparer = preparer
        self.archive = archive
        decoder = SpanDecoder(settings: settings, logger: logger)
    }

    mutating func prepare(_ work: UnitWork) throws(ArchiveError) -> Preparation<Preparer.Prompt> {
        if let errorClass = work.media.errorClass {
            return .over(.failed(errorClass: errorClass, error: work.media.error ?? errorClass))
        }
        if let problem = try problem(with: work) { return .over(problem) }
        do {
            return try prepareCurrent(work)
        } catch let error as MediaError {
            return .over(.failed(errorClass: error.errorClass, error: error.description))
        } catch let FeatureError.aspectRatio(width, height) {
            let error = "\(width) x \(height) pixels: one side is more than 200 times the other"
            return .over(.failed(errorClass: "aspect_ratio", error: error))
        } catch let error as PastTheEnd {
            let reason = "the file ends at \(mediaTime(error.seconds)), before this part"
            return .over(.skipped(errorClass: "truncated", reason: reason))
        } catch {
            return .over(.failed(errorClass: "engine", error: String(describing: error)))
        }
    }

    /// Why the file no longer is what was planned; nil where it is.
    private mutating func problem(with work: UnitWork) throws(ArchiveError) -> UnitOutcome? {
        if let checked, checked.path == work.path, checked.hash == work.media.hash { return checked.problem }
        decoder.close()
        cache = SpanCache()
        let problem = try check(work)
        checked = (work.path, work.media.hash, problem)
        return problem
    }

    private func check(_ work: UnitWork) throws(ArchiveError) -> UnitOutcome? {
        let stamp: FileStamp
        do {
            stamp = try fileStamp(of: work.path)
        } catch {
            return .failed(errorClass: error.errorClass, error: error.description)
        }
        if let known = try archive.media(at: work.path, stamp: stamp), known.record.hash == work.media.hash {
            return nil
        }
        // Touched, copied back or changed since it was planned: the content decides.
        do {
            if try contentHash(of: work.path, isStopped: { false }) == work.media.hash { return nil }
        } catch {
            return .failed(errorClass: error.errorClass, error: error.description)
        }
        return .failed(errorClass: "changed", error: "the file changed after it was planned; run the job again")
    }

    private mutating func prepareCurrent(_ work: UnitWork) throws -> Preparation<Preparer.Prompt> {
        let settings = try RecipeSettings(json: work.recipe.settings)
        guard let kind = TaskKind(rawValue: work.recipe.kind), let type = work.media.mediaType,
            let modality = Modality(kind: kind, media: type)
        else {
            let error = "no task of kind '\(work.recipe.kind)' fits this file"
            return .over(.failed(errorClass: "engine", error: error))
        }
        let shown = try show(work, modality: modality, settings: settings)
        if shown.isSilent, kind == .transcribe {
            let result = UnitResult(
                text: "", finishReason: "silence", meanLogProbability: nil, promptTokens: 0, mediaTokens: 0,
                newTokens: 0, secondsCovered: shown.seconds, flags: shown.flags.sorted(),
                decodeMediaSeconds: shown.elapsed, encodeSeconds: 0, prefillSeconds: 0, generateSeconds: 0)
            return .over(.finished(result))
        }
        var turns: [PromptTurn] = []
        if let system = settings.system { turns.append(PromptTurn(role: "system", parts: [.text(system)])) }
        var parts: [PromptTurn.Part] = [.media(shown.features)]
        if !work.recipe.prompt.isEmpty { parts.append(.text(work.recipe.prompt)) }
        turns.append(PromptTurn(role: "user", parts: parts))
        return .prompt(
            PromptUnit(
                prompt: try preparer.prepare(turns), sampling: SamplingParameters(settings.sampling),
                maxNewTokens: settings.maxNewTokens, secondsCovered: shown.seconds, flags: shown.flags,
                decodeMediaSeconds: shown.elapsed, cost: shown.features.byteCount))
    }

    private struct Shown {
        var features: MediaFeatures
        var seconds: Double
        var flags: Set<String>
        var elapsed: Double
        var isSilent = false
    }

    private mutating func show(_ work: UnitWork, modality: Modality, settings: RecipeSettings) throws -> Shown {
        let span = Span(start: work.start, end: work.end)
        switch modality {
        case .image:
            let image = try cache.images.value(for: settings.maxPixels) {
                try decoder.image(work.path, maxPixels: settings.maxPixels)
            }
            return Shown(
                features: .image(image.feature), seconds: image.seconds, flags: image.flags, elapsed: image.elapsed)
        case .sound:
            guard let sound = try sound(of: work, span: span) else {
                throw MediaError.undecodable(reason: "the sound ends before this part")
            }
            return Shown(
                features: .audio(sound.feature.mel), seconds: sound.seconds, flags: sound.flags,
                elapsed: sound.elapsed, isSilent: sound.flags.contains("silent"))
        case .frames, .framesAndSound:
            let key = SpanCache.FrameKey(span: span, settings: settings)
            let frames = try cache.frames.value(for: key) {
                try decoder.frames(
                    work.path, span: span, framesPerSecond: settings.framesPerSecond ?? 2,
                    maxFrames: settings.maxFrames ?? 768, maxPixels: settings.maxPixels)
            }
            let patches = frames.feature.patches
            let grid = frames.feature.secondsPerGrid
            var shown = Shown(
                features: .video(patches, secondsPerGrid: grid), seconds: frames.seconds, flags: frames.flags,
                elapsed: frames.elapsed)
            if modality == .framesAndSound, work.media.hasSound, let sound = try sound(of: work, span: span) {
                shown.features = .videoWithAudio(patches, secondsPerGrid: grid, sound.feature.mel)
                shown.flags.formUnion(sound.flags)
                shown.elapsed += sound.elapsed
            }
            return shown
        }
    }

    private mutating func sound(of work: UnitWork, span: Span) throws -> Decoded<SoundFeatures>? {
        try cache.sounds.value(for: span) {
            var sound = try decoder.sound(work.path, span: span, lane: work.recipe.hash)
            if let peak = sound?.feature.peak, peak < silentPeak { sound?.flags.insert("silent") }
            return sound
        }
    }
}

/// The last decoded spans of one medium, for the tasks that ask about the same.
private struct SpanCache {
    struct FrameKey: Equatable {
        var span: Span
        var framesPerSecond: Double?
        var maxFrames: Int?
        var maxPixels: Int?

        init(span: Span, settings: RecipeSettings) {
            self.span = span
            framesPerSecond = settings.framesPerSecond
            maxFrames = settings.maxFrames
            maxPixels = settings.maxPixels
        }
    }

    /// The last value and its key. Tasks of one span follow each other, so one is enough.
    struct Last<Key: Equatable, Value> {
        private var last: (key: Key, value: Value)?

        mutating func value(for key: Key, make: () throws -> Value) rethrows -> Value {
            if let last, last.key == key { return last.value }
            last = nil
            let value = try make()
            last = (key, value)
            return value
        }
    }

    var images = Last<Int?, Decoded<VisionPatches>>()
    var frames = Last<FrameKey, Decoded<FrameFeatures>>()
    var sounds = Last<Span, Decoded<SoundFeatures>?>()
}

extension SamplingParameters {
    init(_ settings: RecipeSettings.SamplingSettings) {
        self.init(
            temperature: Float(settings.temperature), topK: settings.topK, topP: Float(settings.topP),
            repetitionPenalty: Float(settings.repetitionPenalty), seed: settings.seed)
    }
}

extension MediaFeatures {
    /// Bytes of the features' values.
    var byteCount: Int {
        let values =
            switch self {
            case .image(let patches), .video(let patches, _): patches.values.count
            case .audio(let mel): mel.values.count
            case .videoWithAudio(let patches, _, let mel): patches.values.count + mel.values.count
            }
        return values * MemoryLayout<Float>.stride
    }
}
