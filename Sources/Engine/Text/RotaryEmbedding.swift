import CKernels
import Foundation

/// Interleaved multimodal rotary embedding (Qwen3-VL and Qwen3-Omni): frequency i turns with the token's row where
/// i mod 3 = 1 and i < 3 * section[1], with its column where i mod 3 = 2 and i < 3 * section[2], else with its time.
struct RotaryEmbedding: Sendable {
    private enum Axis { case t, h, w }
    private let inverseFrequencies: [Float]
    private let axes: [Axis]

    init(headDimension: Int, theta: Double, section: [Int]) {
        let half = headDimension / 2
        inverseFrequencies = (0..<half).map {
            1 / powf(Float(theta), Float(2 * $0) / Float(headDimension))
        }
        axes = (0..<half).map { i in
            if i % 3 == 1, i < 3 * section[1] { return .h }
            if i % 3 == 2, i < 3 * section[2] { return .w }
            return .t
        }
    }

    /// Cosines and sines, each [positions, headDimension / 2].
    func tables(_ positions: [Position]) -> RotaryTables {
        let half = inverseFrequencies.count
        let tables = RotaryTables(tokens: positions.count, half: half)
        for (token, position) in positions.enumerated() {
            let cosines = tables.cosines.row(token)
            let sines = tables.sines.row(token)
            for i in 0..<half {
                let coordinate =
                    switch axes[i] {
                    case .t: position.t
                    case .h: position.h
                    case .w: position.w
                    }
                let angle = coordinate * inverseFrequencies[i]
                cosines[i] = cosf(angle)
                sines[i] = sinf(angle)
            }
        }
        return tables
    }
}

struct RotaryTables: Sendable {
    let cosines: Activations
    let sines: Activations

    init(tokens: Int, half: Int) {
        cosines = Activations(rows: tokens, columns: half)
        sines = Activations(rows: tokens, columns: half)
    }

    /// Turns the heads of one token in place.
    func apply(to row: UnsafeMutablePointer<Float>, token: Int, heads: Int) {
        nr_rope(row, Int64(heads), Int64(cosines.columns * 2), cosines.row(token), sines.row(token))
    }
}
