import Foundation

/// What a finished unit stores.
public struct UnitResult: Sendable, Equatable {
    public var text: String
    public var finishReason: String
    /// Natural logarithm, mean over the new tokens.
    public var meanLogProbability: Double?
    public var promptTokens: Int
    public var mediaTokens: Int
    public var newTokens: Int
    /// Seconds of media that were decoded for it.
    public var secondsCovered: Double
    /// Sorted, e.g. ["silent"], ["truncated"], ["looped"], ["empty"], ["low_confidence"], ["cut_off"].
    public var flags: [String]
    public var decodeMediaSeconds: Double
    public var encodeSeconds: Double
    public var prefillSeconds: Double
    public var generateSeconds: Double

    public init(
        text: String, finishReason: String, meanLogProbability: Double?, promptTokens: Int, mediaTokens: Int,
        newTokens: Int, secondsCovered: Double, flags: [String], decodeMediaSeconds: Double, encodeSeconds: Double,
        prefillSeconds: Double, generateSeconds: Double
    ) {
        self.text = text
        self.finishReason = finishReason
        self.meanLogProbability = meanLogProbability
        self.promptTokens = promptTokens
        self.mediaTokens = mediaTokens
        self.newTokens = newTokens
        self.secondsCovered = secondsCovered
        self.flags = flags
        self.decodeMediaSeconds = decodeMediaSeconds
        self.encodeSeconds = encodeSeconds
        self.prefillSeconds = prefillSeconds
        self.generateSeconds = generateSeconds
    }

    /// Geometric mean of the tokens' probabilities, 0 to 1; six decimals, so that it prints the same everywhere.
    var confidence: Double? {
        guard let meanLogProbability, !meanLogProbability.isNaN else { return nil }
        return (exp(min(meanLogProbability, 0)) * 1e6).rounded() / 1e6
    }
}
