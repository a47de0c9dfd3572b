/// Finds audio cuts while PCM streams by: in the middle of the quietest 100 ms within `slack` seconds of each `length`
/// mark, a mark being `length` after the cut before; of equally quiet ones the nearest to the mark.
///
/// Cuts depend only on the samples, not on the sizes of the pieces fed. Spans tile [0, total) exactly; no cut leaves a rest
/// of less than 1 s, so the last piece may be up to 1 s longer than `length`. Memory: one energy for each 10 ms around the
/// next mark. The manner of Qwen3-ASR (qwen_asr/inference/utils.py).
public struct QuietCutter: Sendable {
    private static let hopsPerWindow = 10

    // Samples.
    private let length: Int
    private let slack: Int
    private let hop: Int
    private let shortestRest: Int

    private var total = 0
    private var cuts: [Int] = []
    /// Sums of squares of whole hops, beginning with hop `firstHop`.
    private var energies: [Double] = []
    private var firstHop = 0
    private var openEnergy = 0.0
    private var openCount = 0

    /// Seconds. `length` is taken as at least 1 s and `slack` as at most half of it, so that every piece has sound in it.
    public init(length: Double, slack: Double = 5, sampleRate: Int = 16_000) {
        let samples = { (seconds: Double) in
            let count = seconds * Double(sampleRate)
            return count < 1e15 ? Int(count.rounded()) : Int(1e15)
        }
        self.length = samples(max(length, 1))
        self.slack = min(samples(max(slack, 0)), self.length / 2)
        hop = max(sampleRate / 100, 1)
        shortestRest = sampleRate
    }

    public mutating func append(_ samples: [Float]) {
        for sample in samples {
            // One sum in order, so that it does not matter how the samples arrive.
            openEnergy += Double(sample) * Double(sample)
            openCount += 1
            if openCount == hop { closeHop() }
        }
    }

    /// The spans in samples, ascending, tiling the whole sound; none for no sound.
    public mutating func finish() -> [Range<Int>] {
        let end = total + openCount
        while end - mark >= shortestRest { cut(latest: end - shortestRest) }
        guard end > 0 else { return [] }
        return zip([0] + cuts, cuts + [end]).map { $0..<$1 }
    }

    private var mark: Int { (cuts.last ?? 0) + length }

    private mutating func closeHop() {
        if energies.isEmpty && total < mark - slack {
            firstHop += 1
        } else {
            energies.append(openEnergy)
        }
        total += hop
        openEnergy = 0
        openCount = 0
        if total - shortestRest >= mark + slack { cut(latest: mark + slack) }
    }

    /// Cuts near the mark, not after sample `latest`.
    private mutating func cut(latest: Int) {
        var best = (energy: Double.infinity, cut: mark)
        let window = Self.hopsPerWindow
        for index in 0..<max(energies.count - window + 1, 0) {
            let start = (firstHop + index) * hop
            let middle = start + window / 2 * hop
            guard start >= mark - slack, start + window * hop <= mark + slack, middle <= latest else { continue }
            let energy = energies[index..<index + window].reduce(0, +)
            if energy < best.energy || (energy == best.energy && abs(middle - mark) < abs(best.cut - mark)) {
                best = (energy, middle)
            }
        }
        cuts.append(best.cut)
        let kept = max((mark - slack) / hop, firstHop)
        energies.removeFirst(min(kept - firstHop, energies.count))
        firstHop = energies.isEmpty ? total / hop : kept
    }
}
