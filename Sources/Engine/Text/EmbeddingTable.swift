import CKernels
import Checkpoint

/// One row a token id [vocabulary, hidden], left in the mapped checkpoint.
struct EmbeddingTable: Sendable {
    private let tensor: Tensor
    /// Instead of `tensor` where that is neither BF16 nor float32.
    private let converted: Activations?

    init(_ reader: WeightReader, _ name: String, vocabulary: Int, hidden: Int) throws {
        tensor = try reader.checkpoint.tensor(name, shape: [vocabulary, hidden])
        converted =
            switch tensor.dataType {
            case .bf16, .f32: nil
            default: Activations(rows: vocabulary, columns: hidden, values: try tensor.floats())
            }
    }

    /// [tokens, hidden]
    func callAsFunction(_ tokens: [Int]) -> Activations {
        let hidden = tensor.shape[1]
        let result = Activations(rows: tokens.count, columns: hidden)
        for (row, token) in tokens.enumerated() {
            let target = result.row(row)
            if let converted {
                target.update(from: converted.row(token), count: hidden)
            } else {
                let rowBytes = hidden * tensor.dataType.size
                let source = tensor.bytes.baseAddress! + token * rowBytes
                if tensor.dataType == .bf16 {
                    nr_bf16_to_f32(source, target, Int64(hidden))
                } else {
                    UnsafeMutableRawPointer(target).copyMemory(from: source, byteCount: rowBytes)
                }
            }
        }
        return result
    }
}
