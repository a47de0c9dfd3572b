// CONTRACT FILE: to be split by the implementer, one idea a file; folders Audio/, Vision/, Timing/.
import Media

/// Log-mel spectrogram of one clip: `values[bin * frames + frame]`.
public struct LogMel: Sendable, Equatable {
    public let bins: Int
    public let frames: Int
    public let values: [Float]
    public init(bins: Int, frames: Int, values: [Float]) {
        self.bins = bins
        self.frames = frames
        self.values = values
    }
}

/// WhisperFeatureExtractor as Qwen3-Omni uses it (forward-pass sheet, section 5).
public struct LogMelExtractor: Sendable {
    public init(bins: Int = 128, fftLength: Int = 400, hop: Int = 160, sampleRate: Int = 16_000) { fatalError("contract") }
    /// All clips of one call: padded with zeros to the longest, as the reference does. One clip alone is not padded.
    /// Clips of fewer than 201 samples are padded with zeros to 201 (reflection needs them).
    public func callAsFunction(_ clips: [[Float]]) -> [LogMel] { fatalError("contract") }
}

/// Audio tokens that `frames` log-mel frames become.
public func audioTokenCount(melFrames frames: Int) -> Int { fatalError("contract") }

/// Patch grid of an image or video: temporal slices, rows and columns of patches.
public struct PatchGrid: Sendable, Equatable, Hashable {
    public var t: Int
    public var h: Int
    public var w: Int
    public init(t: Int, h: Int, w: Int) {
        self.t = t
        self.h = h
        self.w = w
    }
    public var patchCount: Int { t * h * w }
    /// Tokens after the 2 x 2 merge.
    public func tokenCount(mergeSize: Int) -> Int { t * h * w / (mergeSize * mergeSize) }
}

/// Normalised patches in merge-block order: `values[patch * patchLength + (channel, temporal, y, x)]`.
public struct VisionPatches: Sendable, Equatable {
    public let grid: PatchGrid
    public let values: [Float]
    public init(grid: PatchGrid, values: [Float]) {
        self.grid = grid
        self.values = values
    }
}

public enum FeatureError: Error, Equatable, Sendable {
    /// Longer side over shorter side is above 200.
    case aspectRatio(width: Int, height: Int)
}

/// Pixels an image (or one video frame) may have after resizing.
public struct PixelBudget: Sendable, Equatable {
    public var minimum: Int
    public var maximum: Int
    public init(minimum: Int, maximum: Int) {
        self.minimum = minimum
        self.maximum = maximum
    }
}

public struct VisionPreprocessor: Sendable {
    public init(patchSize: Int = 16, temporalPatchSize: Int = 2, mergeSize: Int = 2, mean: [Float] = [0.5, 0.5, 0.5], standardDeviation: [Float] = [0.5, 0.5, 0.5]) {
        fatalError("contract")
    }
    /// smart_resize of the reference: multiples of patch x merge, banker's rounding, kept inside the budget.
    public func targetSize(width: Int, height: Int, budget: PixelBudget) throws(FeatureError) -> (width: Int, height: Int) { fatalError("contract") }
    public func patches(image: RGBImage, budget: PixelBudget) throws(FeatureError) -> VisionPatches { fatalError("contract") }
    /// Frames of one video, equal sizes; an odd count repeats the last frame.
    public func patches(frames: [RGBImage], budget: PixelBudget) throws(FeatureError) -> VisionPatches { fatalError("contract") }
}

/// torchvision's antialiased bicubic on 8-bit values, exact.
public func resizeBicubic(_ image: RGBImage, width: Int, height: Int) -> RGBImage { fatalError("contract") }

/// Which moments of a span are shown to the model.
public struct FrameSampling: Sendable, Equatable {
    /// Seconds on the media's clock, ascending, even count (at least 2).
    public let times: [Double]
    /// Frames a second actually sampled: count / span; what the position ids need.
    public let framesPerSecond: Double
    /// n = span * framesPerSecond clamped to [minimum, maximum], floored to a multiple of 2; times[i] = start + i * span / n.
    public init(start: Double, end: Double, framesPerSecond: Double, minimum: Int = 4, maximum: Int = 768) { fatalError("contract") }
}

/// A stretch of media, seconds on its clock.
public struct Span: Sendable, Equatable, Hashable {
    public var start: Double
    public var end: Double
    public init(start: Double, end: Double) {
        self.start = start
        self.end = end
    }
}

/// Equal pieces: every mark at a multiple of `length`; a rest shorter than `shortestRest` is joined to the piece before.
public func fixedSpans(duration: Double, length: Double, shortestRest: Double = 1) -> [Span] { fatalError("contract") }

/// Finds audio cuts while PCM streams by: at the quietest 100 ms within `slack` seconds of each `length` mark.
/// Cuts depend only on the samples, not on the sizes of the pieces fed. Spans tile [0, total) exactly.
public struct QuietCutter: Sendable {
    public init(length: Double, slack: Double = 5, sampleRate: Int = 16_000) { fatalError("contract") }
    public mutating func append(_ samples: [Float]) { fatalError("contract") }
    /// The spans in samples, ascending, tiling the whole sound.
    public mutating func finish() -> [Range<Int>] { fatalError("contract") }
}
