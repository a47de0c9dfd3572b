import Manifest

/// What of a medium a task shows to the model.
public enum Modality: Sendable, Equatable {
    case image
    /// Frames of a video, without its sound.
    case frames
    /// Frames with the sound interleaved; frames alone where a video has no sound.
    case framesAndSound
    /// The sound of an audio file or of a video.
    case sound

    /// nil: a task of this kind has nothing to do with such media.
    public init?(kind: TaskKind, media: MediaType) {
        switch (kind, media) {
        case (.caption, .image), (.ask, .image): self = .image
        case (.caption, .video): self = .frames
        case (.ask, .video): self = .framesAndSound
        case (.transcribe, .video), (.describeAudio, .video): self = .sound
        case (.transcribe, .audio), (.describeAudio, .audio), (.ask, .audio): self = .sound
        case (.caption, .audio), (.transcribe, .image), (.describeAudio, .image): return nil
        }
    }
}

/// How a medium is cut into the spans of its units.
enum Segmentation: Hashable {
    case whole
    case fixed(seconds: Double)
    /// At the quietest 100 ms within `slack` of each mark.
    case quiet(seconds: Double)

    /// Seconds around a mark in which a quiet place is looked for (Qwen3-ASR cuts so, too).
    static let slack = 5.0

    init(_ modality: Modality, seconds: Double) {
        switch modality {
        case .image: self = .whole
        case .frames, .framesAndSound: self = .fixed(seconds: seconds)
        case .sound: self = .quiet(seconds: seconds)
        }
    }

    /// The archive's name for spans that had to be decoded, e.g. "quiet:30.0:5.0"; nil: computed from the duration.
    var key: String? {
        guard case .quiet(let seconds) = self else { return nil }
        return "quiet:\(seconds):\(Self.slack)"
    }
}
