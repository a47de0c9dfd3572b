/// What a file turned out to be when it was opened.
public enum MediaKind: String, Sendable, Codable, CaseIterable {
    case image, video, audio
}

/// A file's streams and clock, as the pipeline needs them. Times are seconds on the media's clock, whose zero is the
/// container's start time.
public struct MediaInfo: Sendable, Equatable {
    public var kind: MediaKind
    /// FFmpeg's short name of the container, e.g. "mov,mp4,m4a,3gp,3g2,mj2".
    public var format: String
    /// Length in seconds: from the header or, where that says nothing, from the packets. 0 for still images.
    public var duration: Double
    public var video: VideoStreamInfo?
    public var audio: AudioStreamInfo?

    public init(
        kind: MediaKind, format: String, duration: Double, video: VideoStreamInfo?, audio: AudioStreamInfo?
    ) {
        self.kind = kind
        self.format = format
        self.duration = duration
        self.video = video
        self.audio = audio
    }
}

/// The first usable video stream that is not a cover picture (for a still image: the picture).
public struct VideoStreamInfo: Sendable, Equatable {
    public var index: Int
    public var codec: String
    /// Size after rotation and orientation.
    public var width: Int
    public var height: Int
    public var averageFrameRate: Double?

    public init(index: Int, codec: String, width: Int, height: Int, averageFrameRate: Double?) {
        self.index = index
        self.codec = codec
        self.width = width
        self.height = height
        self.averageFrameRate = averageFrameRate
    }
}

/// The best audio stream: default disposition first, then most channels.
public struct AudioStreamInfo: Sendable, Equatable {
    public var index: Int
    public var codec: String
    public var channels: Int
    /// FFmpeg's description of the layout, e.g. "5.1(side)", "60 channels".
    public var layout: String
    public var sampleRate: Int

    public init(index: Int, codec: String, channels: Int, layout: String, sampleRate: Int) {
        self.index = index
        self.codec = codec
        self.channels = channels
        self.layout = layout
        self.sampleRate = sampleRate
    }
}
