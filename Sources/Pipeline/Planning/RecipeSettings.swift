import Archive
import Foundation
import Manifest

/// A recipe's settings beside task and prompt, as the database keeps them (`recipe.settings`, canonical JSON).
///
/// Only what can change the result on this modality is in it, so that another `max_frames` leaves transcripts alone.
/// The runner works from these settings, not from the manifest: what is stored is what was done.
public struct RecipeSettings: Codable, Sendable, Equatable {
    public struct SamplingSettings: Codable, Sendable, Equatable {
        public var temperature: Double
        public var topK: Int
        public var topP: Double
        public var repetitionPenalty: Double
        public var seed: UInt64

        enum CodingKeys: String, CodingKey {
            case temperature
            case topK = "top_k"
            case topP = "top_p"
            case repetitionPenalty = "repetition_penalty"
            case seed
        }
    }

    public var system: String?
    public var sampling: SamplingSettings
    public var maxNewTokens: Int
    public var segmentSeconds: Double?
    public var framesPerSecond: Double?
    public var maxFrames: Int?
    /// Pixels of an image or of one video frame after resizing; nil: the model's own limit.
    public var maxPixels: Int?

    enum CodingKeys: String, CodingKey {
        case system, sampling
        case maxNewTokens = "max_new_tokens"
        case segmentSeconds = "segment_seconds"
        case framesPerSecond = "frames_per_second"
        case maxFrames = "max_frames"
        case maxPixels = "max_pixels"
    }

    public init(_ task: JobTask, modality: Modality) {
        system = task.system
        sampling = SamplingSettings(
            temperature: task.sampling.temperature, topK: task.sampling.topK, topP: task.sampling.topP,
            repetitionPenalty: task.sampling.repetitionPenalty, seed: task.sampling.seed)
        maxNewTokens = task.limits.maxNewTokens
        switch modality {
        case .image:
            maxPixels = task.limits.maxPixels
        case .frames, .framesAndSound:
            segmentSeconds = task.limits.segmentSeconds
            framesPerSecond = task.limits.framesPerSecond
            maxFrames = task.limits.maxFrames
            maxPixels = task.limits.maxFramePixels
        case .sound:
            segmentSeconds = task.limits.segmentSeconds
        }
    }

    public init(json: String) throws {
        self = try JSONDecoder().decode(Self.self, from: Data(json.utf8))
    }

    /// Keys sorted, no white space, absent values left out.
    public var json: String { canonicalJSON(self) }
}

/// Sorted keys, no white space, slashes as they are: equal values give equal bytes.
func canonicalJSON(_ value: some Encodable) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(value) else {
        // Reached by NaN or infinity only, which the manifest refuses.
        return "{}"
    }
    return String(decoding: data, as: UTF8.self)
}

extension RecipeRecord {
    /// Task, prompt and settings under one hash. The hash covers everything but the media and the model.
    init(task: JobTask, prompt: String, modality: Modality) {
        struct Identity: Encodable {
            var kind: String
            var task: String
            var prompt: String
            var settings: RecipeSettings
        }
        let settings = RecipeSettings(task, modality: modality)
        let identity = Identity(kind: task.kind.rawValue, task: task.name, prompt: prompt, settings: settings)
        self.init(
            hash: sha256Hex(Data(canonicalJSON(identity).utf8)), task: task.name, kind: task.kind.rawValue,
            prompt: prompt, settings: settings.json)
    }
}
