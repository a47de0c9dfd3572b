import Foundation

/// Triangular filters on the Slaney mel scale, each of unit area, as librosa and Whisper use them.
///
/// A filter covers few of the DFT's bins, so only its run of non-zero weights is kept.
struct MelFilterBank: Sendable {
    struct Filter: Sendable {
        /// First DFT bin with a weight.
        var firstBin: Int
        /// Where this filter's weights stand in `weights`.
        var weights: Range<Int>
    }

    let filters: [Filter]
    let weights: [Double]

    /// Filters from 0 Hz to `maximumFrequency` over the `fftLength / 2 + 1` bins of a real DFT.
    init(count: Int, fftLength: Int, sampleRate: Int, maximumFrequency: Double) {
        let top = Self.mel(hertz: maximumFrequency)
        let corners = (0..<count + 2).map { Self.hertz(mel: top * Double($0) / Double(count + 1)) }
        let binWidth = Double(sampleRate) / Double(fftLength)
        var filters: [Filter] = []
        var weights: [Double] = []
        for (lower, (centre, upper)) in zip(corners, zip(corners.dropFirst(), corners.dropFirst(2))) {
            let start = weights.count
            var firstBin = 0
            for bin in 0...fftLength / 2 {
                let frequency = Double(bin) * binWidth
                let slope = min((frequency - lower) / (centre - lower), (upper - frequency) / (upper - centre))
                guard slope > 0 else { continue }
                if weights.count == start { firstBin = bin }
                weights.append(slope * 2 / (upper - lower))
            }
            filters.append(Filter(firstBin: firstBin, weights: start..<weights.count))
        }
        self.filters = filters
        self.weights = weights
    }

    // Slaney's Auditory Toolbox: linear to 1000 Hz (mel 15), logarithmic above, 27 mel a factor of 6.4.
    private static func mel(hertz: Double) -> Double {
        hertz < 1000 ? hertz * 3 / 200 : 15 + log(hertz / 1000) * 27 / log(6.4)
    }

    private static func hertz(mel: Double) -> Double {
        mel < 15 ? mel * 200 / 3 : 1000 * exp((mel - 15) * log(6.4) / 27)
    }
}
