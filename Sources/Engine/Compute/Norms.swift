import CKernels

/// x / rms(x) * weight over the last dimension; Zhang and Sennrich 2019.
struct RMSNorm: @unchecked Sendable {
    let weight: Activations
    let epsilon: Float

    func callAsFunction(_ x: Activations, _ pool: ThreadPool) -> Activations {
        let y = Activations(rows: x.rows, columns: x.columns)
        pool.forEach(x.rows) { row, _ in nr_rmsnorm(x.row(row), weight.data, y.row(row), Int64(x.columns), epsilon) }
        return y
    }
}

/// (x - mean) / sqrt(variance + epsilon) * weight + bias over the last dimension.
struct LayerNorm: @unchecked Sendable {
    let weight: Activations
    let bias: Activations
    let epsilon: Float

    func callAsFunction(_ x: Activations, _ pool: ThreadPool) -> Activations {
        let y = Activations(rows: x.rows, columns: x.columns)
        pool.forEach(x.rows) { row, _ in
            nr_layernorm(x.row(row), weight.data, bias.data, y.row(row), Int64(x.columns), epsilon)
        }
        return y
    }
}

extension Activations {
    /// self += other, row by row.
    func add(_ other: Activations, _ pool: ThreadPool) {
        pool.forEach(rows) { index, _ in nr_add(row(index), other.row(index), Int64(columns)) }
    }

    /// Exact GELU in place.
    func applyGELU(_ pool: ThreadPool) {
        pool.forEach(rows) { index, _ in nr_gelu_erf(row(index), Int64(columns)) }
    }

    /// GELU by its tanh approximation, in place.
    func applyGELUTanh(_ pool: ThreadPool) {
        pool.forEach(rows) { index, _ in nr_gelu_tanh(row(index), Int64(columns)) }
    }

    /// The same memory order read with another width: rows of `count` consecutive rows each.
    func joined(everyRows count: Int) -> Activations {
        let result = Activations(rows: rows / count, columns: columns * count)
        result.data.update(from: data, count: result.rows * result.columns)
        return result
    }
}
