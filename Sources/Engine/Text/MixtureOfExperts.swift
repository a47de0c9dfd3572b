import CKernels
import Checkpoint

/// Top-k routed experts: softmax over all experts in float32, the k largest, divided by their sum where the model says so.
struct MixtureOfExperts: Sendable {
    private let router: Linear
    private let gate: ExpertLinears
    private let up: ExpertLinears
    private let down: ExpertLinears
    private let experts: Int
    private let topK: Int
    private let normalizesTopK: Bool

    init(_ reader: WeightReader, _ configuration: ModelConfiguration.Text, name: String) throws {
        let (hidden, intermediate) = (configuration.hiddenSize, configuration.moeIntermediateSize)
        experts = configuration.experts
        topK = configuration.expertsPerToken
        normalizesTopK = configuration.normalizesTopK
        router = try reader.linear(name + ".gate", outputs: experts, inputs: hidden)
        func each(_ part: String, _ outputs: Int, _ inputs: Int) throws -> ExpertLinears {
            ExpertLinears(
                try (0..<configuration.experts).map {
                    try reader.linear("\(name).experts.\($0).\(part)", outputs: outputs, inputs: inputs)
                })
        }
        gate = try each("gate_proj", intermediate, hidden)
        up = try each("up_proj", intermediate, hidden)
        down = try each("down_proj", hidden, intermediate)
    }

    func callAsFunction(_ x: Activations, routing: Routing, _ pool: ThreadPool) -> Activations {
        let choices = choose(x, routing: routing, pool)
        let plan = ExpertPlan(choices, experts: experts)
        let gathered = Activations(rows: plan.tokens.count, columns: x.columns)
        pool.forEach(plan.tokens.count) { row, _ in
            gathered.row(row).update(from: x.row(plan.tokens[row]), count: x.columns)
        }
        let input = LinearInput(gathered, quantized: gate.isQuantized, pool: pool)
        let gated = gate(input, firstRow: plan.firstRow)
        gated.gateBySiLU(up(input, firstRow: plan.firstRow), pool)
        let results = down(
            LinearInput(gated, quantized: down.isQuantized, pool: pool), firstRow: plan.firstRow)
        let sum = Activations(rows: x.rows, columns: x.columns)
        pool.forEach(x.rows) { token, _ in
            let target = sum.row(token)
            target.update(repeating: 0, count: x.columns)
            for share in plan.shares[token] {
                nr_axpy(target, results.row(share.row), share.weight, Int64(x.columns))
            }
        }
        return sum
    }

    /// For each token its experts and their weights.
    private func choose(_ x: Activations, routing: Routing, _ pool: ThreadPool) -> [[ExpertChoice]] {
        let probabilities = router(x, pool)
        pool.forEach(x.rows) { token, _ in nr_softmax(probabilities.row(token), Int64(experts), 1) }
        var pinned: [Int]?
        if case .pinned(let trace) = routing { pinned = trace.take() }
        let choices = (0..<x.rows).map { token -> [ExpertChoice] in
            let row = UnsafeBufferPointer(start: probabilities.row(token), count: experts)
            let chosen = pinned.map { Array($0[token * topK..<(token + 1) * topK]) } ?? largest(row)
            let total = normalizesTopK ? chosen.reduce(0) { $0 + row[$1] } : 1
            return chosen.map { ExpertChoice(expert: $0, weight: row[$0] / total) }
        }
        if case .recording(let trace) = routing { trace.append(choices.flatMap { $0.map(\.expert) }) }
        return choices
    }

    /// Indexes of the k largest, largest first; of equals the lower index.
    private func largest(_ row: UnsafeBufferPointer<Float>) -> [Int] {
        var chosen: [Int] = []
        chosen.reserveCapacity(topK)
        for _ in 0..<topK {
            var best = -1
            for index in row.indices where !chosen.contains(index) && (best < 0 || row[index] > row[best]) {
                best = index
            }
            chosen.append(best)
        }
        return chosen
    }
}

struct ExpertChoice {
    let expert: Int
    let weight: Float
}

/// The rows of a batch sorted by expert, and where each token finds its results again.
struct ExpertPlan {
    /// Expert e has the rows firstRow[e] up to firstRow[e + 1].
    private(set) var firstRow: [Int64]
    /// Row -> token.
    private(set) var tokens: [Int]
    /// Token -> its rows and weights, in ascending order of experts: the order in which they are summed.
    private(set) var shares: [[(row: Int, weight: Float)]]

    init(_ choices: [[ExpertChoice]], experts: Int) {
        var counts = [Int64](repeating: 0, count: experts + 1)
        for choice in choices.joined() { counts[choice.expert + 1] += 1 }
        for expert in 0..<experts { counts[expert + 1] += counts[expert] }
        firstRow = counts
        tokens = Array(repeating: 0, count: Int(counts[experts]))
        shares = []
        shares.reserveCapacity(choices.count)
        var next = counts
        for (token, chosen) in choices.enumerated() {
            shares.append(
                chosen.sorted { $0.expert < $1.expert }.map { choice in
                    let row = Int(next[choice.expert])
                    next[choice.expert] += 1
                    tokens[row] = token
                    return (row, choice.weight)
                })
        }
    }
}
