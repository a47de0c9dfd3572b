import GRDB

/// A content, known by its hash. `errorClass` set: it could not be opened, and why.
public struct MediaRecord: Sendable, Equatable {
    public var hash: String
    public var bytes: Int64
    /// image, video or audio; for a file that could not be opened, what its extension promised, or nil.
    public var kind: String?
    public var format: String?
    /// Seconds.
    public var duration: Double
    public var width: Int?
    public var height: Int?
    public var videoCodec: String?
    public var audioCodec: String?
    public var channels: Int?
    public var sampleRate: Int?
    public var errorClass: String?
    public var error: String?

    public init(
        hash: String, bytes: Int64, kind: String?, format: String? = nil, duration: Double = 0, width: Int? = nil,
        height: Int? = nil, videoCodec: String? = nil, audioCodec: String? = nil, channels: Int? = nil,
        sampleRate: Int? = nil, errorClass: String? = nil, error: String? = nil
    ) {
        self.hash = hash
        self.bytes = bytes
        self.kind = kind
        self.format = format
        self.duration = duration
        self.width = width
        self.height = height
        self.videoCodec = videoCodec
        self.audioCodec = audioCodec
        self.channels = channels
        self.sampleRate = sampleRate
        self.errorClass = errorClass
        self.error = error
    }
}

extension MediaRecord {
    /// Columns of `media m` that `init(row:)` reads.
    static let columns = """
        m.hash, m.bytes, m.kind AS media_kind, m.format, m.duration, m.width, m.height, m.video_codec, m.audio_codec,
        m.channels, m.sample_rate, m.error_class AS media_error_class, m.error AS media_error
        """

    init(row: Row) {
        self.init(
            hash: row["hash"], bytes: row["bytes"], kind: row["media_kind"], format: row["format"],
            duration: row["duration"], width: row["width"], height: row["height"], videoCodec: row["video_codec"],
            audioCodec: row["audio_codec"], channels: row["channels"], sampleRate: row["sample_rate"],
            errorClass: row["media_error_class"], error: row["media_error"])
    }
}
