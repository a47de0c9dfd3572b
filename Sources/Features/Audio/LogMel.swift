/// Log-mel spectrogram of one clip: `values[bin * frames + frame]`.
public struct LogMel: Sendable, Equatable {
    public let bins: Int
    public let frames: Int
    public let values: [Float]

    public init(bins: Int, frames: Int, values: [Float]) {
        precondition(values.count == bins * frames)
        self.bins = bins
        self.frames = frames
        self.values = values
    }
}
