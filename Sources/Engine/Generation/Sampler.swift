import Foundation

/// Chooses tokens of one sequence, in the order of Hugging Face's logits processors: repetition penalty, temperature,
/// top-k, top-p. The choice depends on the logits, the tokens seen and the seed alone.
struct Sampler {
    private let parameters: SamplingParameters
    private var generator: SplitMix64
    private var seen: Set<Int>

    init(_ parameters: SamplingParameters, prompt: [Int]) {
        self.parameters = parameters
        generator = SplitMix64(state: parameters.seed)
        seen = parameters.repetitionPenalty == 1 ? [] : Set(prompt)
    }

    /// The token and its natural log-probability under the model itself (before penalty and temperature).
    mutating func next(_ logits: UnsafeMutableBufferPointer<Float>) -> (token: Int, logProbability: Double) {
        let normalizer = logSumExp(UnsafeBufferPointer(logits))
        let original = parameters.repetitionPenalty == 1 ? [:] : penalize(logits)
        let token = parameters.temperature > 0 ? draw(UnsafeBufferPointer(logits)) : argmax(UnsafeBufferPointer(logits))
        if parameters.repetitionPenalty != 1 { seen.insert(token) }
        return (token, Double(original[token] ?? logits[token]) - normalizer)
    }

    /// Returns the logits as they were.
    private func penalize(_ logits: UnsafeMutableBufferPointer<Float>) -> [Int: Float] {
        var original: [Int: Float] = [:]
        for token in seen {
            let logit = logits[token]
            original[token] = logit
            logits[token] = logit > 0 ? logit / parameters.repetitionPenalty : logit * parameters.repetitionPenalty
        }
        return original
    }

    private mutating func draw(_ logits: UnsafeBufferPointer<Float>) -> Int {
        let count = parameters.topK > 0 ? min(parameters.topK, logits.count) : logits.count
        let kept = largest(logits, count: count)
        let top = Double(logits[kept[0]])
        var weights = kept.map { exp((Double(logits[$0]) - top) / Double(parameters.temperature)) }
        let total = weights.reduce(0, +)
        var mass = 0.0
        let nucleus = weights.firstIndex { weight in
            mass += weight
            return mass >= Double(parameters.topP) * total
        }
        if let nucleus { weights.removeSubrange((nucleus + 1)...) }
        var point = generator.nextUnit() * weights.reduce(0, +)
        for (index, weight) in weights.enumerated() {
            point -= weight
            if point < 0 { return kept[index] }
        }
        return kept[weights.count - 1]
    }

    /// Indexes of the `count` largest logits in descending order; of equals the lower index first.
    private func largest(_ logits: UnsafeBufferPointer<Float>, count: Int) -> [Int] {
        func precedes(_ a: Int, _ b: Int) -> Bool { logits[a] != logits[b] ? logits[a] > logits[b] : a < b }
        guard count < logits.count else { return logits.indices.sorted(by: precedes) }
        let threshold = logits.sorted(by: >)[count - 1]
        return Array(logits.indices.filter { logits[$0] >= threshold }.sorted(by: precedes).prefix(count))
    }
}

/// The lowest index of the largest value.
func argmax(_ logits: UnsafeBufferPointer<Float>) -> Int {
    var best = 0
    for index in 1..<logits.count where logits[index] > logits[best] { best = index }
    return best
}

/// log(sum(exp(logits))), in double precision.
func logSumExp(_ logits: UnsafeBufferPointer<Float>) -> Double {
    let top = Double(logits[argmax(logits)])
    return top + log(logits.reduce(0) { $0 + exp(Double($1) - top) })
}

/// Sebastiano Vigna's SplitMix64.
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(state: UInt64) { self.state = state }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// Uniform in [0, 1).
    mutating func nextUnit() -> Double { Double(next() >> 11) * 0x1p-53 }
}
