import CKernels
import Checkpoint

/// silu(gate x) * up x, then down: one for every token, or one an expert.
enum FeedForward: Sendable {
    case dense(DenseFeedForward)
    case experts(MixtureOfExperts)

    func callAsFunction(_ x: Activations, routing: Routing, _ pool: ThreadPool) -> Activations {
        switch self {
        case .dense(let layer): layer(x, pool)
        case .experts(let layer): layer(x, routing: routing, pool)
        }
    }
}

struct DenseFeedForward: Sendable {
    private let gate: Linear
    private let up: Linear
    private let down: Linear

    init(_ reader: WeightReader, hidden: Int, intermediate: Int, name: String) throws {
        gate = try reader.linear(name + ".gate_proj", outputs: intermediate, inputs: hidden)
        up = try reader.linear(name + ".up_proj", outputs: intermediate, inputs: hidden)
        down = try reader.linear(name + ".down_proj", outputs: hidden, inputs: intermediate)
    }

    func callAsFunction(_ x: Activations, _ pool: ThreadPool) -> Activations {
        let input = LinearInput(x, quantized: gate.isQuantized, pool: pool)
        let gated = gate(input)
        gated.gateBySiLU(up(input), pool)
        return down(gated, pool)
    }
}

extension Activations {
    /// self = silu(self) * up.
    func gateBySiLU(_ up: Activations, _ pool: ThreadPool) {
        pool.forEach(rows) { index, _ in nr_silu_mul(row(index), up.row(index), row(index), Int64(columns)) }
    }
}
