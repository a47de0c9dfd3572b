import Checkpoint
import Features

/// How a model wants pixels and sound: its preprocessor's figures as the feature extractors take them.
public struct FeatureSettings: Sendable {
    public var vision = VisionPreprocessor()
    public var temporalPatchSize = 2
    public var imageBudget = PixelBudget(minimum: 3136, maximum: 12_845_056)
    /// Of one video frame.
    public var frameBudget = PixelBudget(minimum: 128 * 32 * 32, maximum: 768 * 32 * 32)
    public var logMel = LogMelExtractor()

    /// The published checkpoint's.
    public init() {}

    public init(_ preprocessor: PreprocessorConfiguration) {
        vision = VisionPreprocessor(
            patchSize: preprocessor.patchSize, temporalPatchSize: preprocessor.temporalPatchSize,
            mergeSize: preprocessor.mergeSize, mean: preprocessor.mean,
            standardDeviation: preprocessor.standardDeviation)
        temporalPatchSize = preprocessor.temporalPatchSize
        imageBudget = PixelBudget(minimum: preprocessor.minPixels, maximum: preprocessor.maxPixels)
        frameBudget = PixelBudget(minimum: preprocessor.videoMinPixels, maximum: preprocessor.videoMaxPixels)
        logMel = LogMelExtractor(
            bins: preprocessor.melBins, fftLength: preprocessor.fftLength, hop: preprocessor.hop,
            sampleRate: preprocessor.sampleRate)
    }
}

extension PixelBudget {
    /// The user's limit in place of the model's; the least is lowered to it where it is smaller.
    func limited(to pixels: Int?) -> PixelBudget {
        guard let pixels else { return self }
        return PixelBudget(minimum: min(minimum, pixels), maximum: pixels)
    }
}
