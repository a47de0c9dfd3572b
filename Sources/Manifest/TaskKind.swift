/// What can be asked about media. Built-in prompts are the model's official wording.
public enum TaskKind: String, Sendable, Codable, CaseIterable {
    case caption, transcribe, ask
    case describeAudio = "describe_audio"

    /// What the task applies to unless the manifest narrows it.
    public var media: Set<MediaType> {
        switch self {
        case .caption: [.image, .video]
        case .transcribe: [.audio, .video]
        case .describeAudio: [.audio]
        case .ask: [.image, .video, .audio]
        }
    }

    /// What a manifest may name under `media`: the default, and for `describe_audio` also the sound of a video.
    public var allowedMedia: Set<MediaType> {
        self == .describeAudio ? [.audio, .video] : media
    }

    /// Whether pictures are given to the model; otherwise a video is only heard.
    public var sees: Bool {
        self == .caption || self == .ask
    }

    /// The prompt where the manifest has none; nil: the manifest must give one.
    public func builtInPrompt(for media: MediaType, language: String = "English") -> String? {
        switch (self, media) {
        case (.caption, .image): "Describe the image."
        case (.caption, .video): "Describe the video."
        case (.transcribe, _):
            language.lowercased() == "chinese" ? "请将这段中文语音转换为纯文本。" : "Transcribe the \(language) audio into text."
        case (.describeAudio, _): "Give the detailed description of the audio."
        case (.caption, .audio), (.ask, _): nil
        }
    }
}
