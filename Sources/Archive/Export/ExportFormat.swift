public enum ExportFormat: String, Sendable, CaseIterable {
    case srt, vtt, txt, jsonl

    /// Whether it is one file a media and task in a directory, or one file in all.
    public var isDirectory: Bool { self == .srt || self == .vtt }
}
