import Engine
import Features
import Logging
import Manifest
import Media
import SystemPackage

/// A file of a prompt that cannot be used: which, and what is wrong with it. One line.
public struct PromptFileError: Error, Equatable, Sendable, CustomStringConvertible {
    public var path: FilePath
    public var reason: String
    public var description: String { "\(displayPath(path)): \(reason)" }
}

/// One conversation from whole files, without a job: what `nightreel generate` asks.
public struct PromptAssembly: Sendable {
    /// Seconds of sound that one prompt takes, more than the published model was trained for. Longer files are for jobs.
    public static let longestSound = 3600.0

    public var system: String?
    /// In the order in which the model sees them.
    public var media: [(type: MediaType, path: FilePath)]
    public var prompt: String

    public init(system: String?, media: [(type: MediaType, path: FilePath)], prompt: String) {
        self.system = system
        self.media = media
        self.prompt = prompt
    }

    /// Decodes the files; the media stand before the text. Throws `PromptFileError`.
    public func turns(settings: FeatureSettings, logger: Logger? = nil) throws(PromptFileError) -> [PromptTurn] {
        var decoder = SpanDecoder(settings: settings, logger: logger)
        var parts: [PromptTurn.Part] = []
        for (type, path) in media {
            do {
                parts.append(.media(try features(of: path, as: type, decoder: &decoder)))
            } catch let error as PromptFileError {
                throw error
            } catch let FeatureError.aspectRatio(width, height) {
                throw PromptFileError(path: path, reason: "\(width) x \(height) pixels are too long a strip")
            } catch {
                throw PromptFileError(path: path, reason: String(describing: error))
            }
        }
        if !prompt.isEmpty { parts.append(.text(prompt)) }
        let user = PromptTurn(role: "user", parts: parts)
        return system.map { [PromptTurn(role: "system", parts: [.text($0)]), user] } ?? [user]
    }

    private func features(
        of path: FilePath, as type: MediaType, decoder: inout SpanDecoder
    ) throws -> MediaFeatures {
        if type == .image { return .image(try decoder.image(path, maxPixels: nil).feature) }
        let info = try MediaProbe.probe(path, logger: decoder.logger)
        guard info.duration <= Self.longestSound else {
            throw PromptFileError(path: path, reason: "longer than an hour; a job cuts it into parts (nightreel run)")
        }
        let limits = Limits()
        let span = Span(start: 0, end: info.duration > 0 ? info.duration : 0.04)
        if type == .audio {
            // A header may promise less than the stream holds.
            let whole = Span(start: 0, end: Self.longestSound)
            guard let sound = try decoder.sound(path, span: whole, lane: "prompt") else {
                throw PromptFileError(path: path, reason: "its sound is shorter than \(shortestSound) s")
            }
            return .audio(sound.feature.mel)
        }
        guard info.kind == .video else { throw MediaError.noVideo }
        let frames = try decoder.frames(
            path, span: span, framesPerSecond: limits.framesPerSecond, maxFrames: limits.maxFrames, maxPixels: nil)
        let (patches, grid) = (frames.feature.patches, frames.feature.secondsPerGrid)
        guard info.audio != nil, let sound = try decoder.sound(path, span: span, lane: "prompt") else {
            return .video(patches, secondsPerGrid: grid)
        }
        return .videoWithAudio(patches, secondsPerGrid: grid, sound.feature.mel)
    }
}
