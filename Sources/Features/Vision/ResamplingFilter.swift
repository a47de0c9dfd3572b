/// One axis of an antialiased bicubic resize in 16-bit fixed point: which source pixels make output pixel i, and how much
/// of each.
///
/// Weights and precision follow PyTorch's `upsample_bicubic2d_aa` for uint8 (ATen, UpSampleKernel.cpp) to the bit:
/// cubic with a = -0.5, stretched by the scale when shrinking.
struct ResamplingFilter: Sendable {
    struct Output: Sendable {
        /// First source pixel.
        var first: Int
        /// Where its weights stand in `weights`; there is one for each source pixel from `first` on.
        var weights: Range<Int>
    }

    let outputs: [Output]
    let weights: [Int16]
    /// A weight of 1 is `1 << precision`.
    let precision: Int

    init(from source: Int, to target: Int) {
        let scale = Double(source) / Double(target)
        let stretch = max(scale, 1)
        let support = 2 * stretch
        let mostTaps = Int(Float(support).rounded(.up)) * 2 + 1
        var outputs: [Output] = []
        var exact: [Double] = []
        for index in 0..<target {
            let centre = scale * (Double(index) + 0.5)
            let first = max(Int(centre - support + 0.5), 0)
            let taps = min(max(min(Int(centre + support + 0.5), source) - first, 0), mostTaps)
            let values = (0..<taps).map { Self.cubic((Double($0 + first) - centre + 0.5) * (1 / stretch)) }
            let sum = values.reduce(0, +)
            outputs.append(Output(first: first, weights: exact.count..<exact.count + taps))
            exact += sum == 0 ? values : values.map { $0 / sum }
        }
        precision = Self.precision(largest: exact.max() ?? 0)
        let one = Double(1 << precision)
        weights = exact.map { Int16(($0 * one).rounded(.toNearestOrAwayFromZero)) }
        self.outputs = outputs
    }

    /// The most fraction bits with which the largest weight still fits 16 bits.
    private static func precision(largest: Double) -> Int {
        var precision = 0
        while precision < 22, Int(0.5 + largest * Double(1 << (precision + 1))) < 1 << 15 {
            precision += 1
        }
        return precision
    }

    private static func cubic(_ offset: Double) -> Double {
        let a = -0.5
        let x = abs(offset)
        if x < 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
        if x < 2 { return ((a * x - 5 * a) * x + 8 * a) * x - 4 * a }
        return 0
    }
}
