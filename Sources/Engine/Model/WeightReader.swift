import CKernels
import Checkpoint

/// Names, shapes and kinds of weights: from a checkpoint to the engine's layers.
struct WeightReader {
    let checkpoint: Checkpoint
    let precision: Precision

    /// A linear layer `name.weight` [outputs, inputs], with `name.weight_scale` where it is INT8.
    func linear(_ name: String, outputs: Int, inputs: Int, bias: Bool = false) throws -> Linear {
        let weight = try checkpoint.tensor(name + ".weight")
        guard weight.shape.first == outputs, weight.elementCount == outputs * inputs else {
            throw wrongShape(weight, expected: [outputs, inputs])
        }
        var scale: Activations?
        if weight.dataType == .i8 {
            guard precision == .int8 else {
                throw EngineError(
                    "\(weight.name) is INT8; --precision float32 needs the unquantised checkpoint it was converted from"
                )
            }
            let tensor = try checkpoint.tensor(name + ".weight_scale")
            guard tensor.elementCount == outputs else {
                throw wrongShape(tensor, expected: [outputs, 1])
            }
            scale = Activations(rows: 1, columns: outputs, values: try tensor.floats())
        }
        return try Linear(weight: weight, scale: scale, bias: bias ? try vector(name + ".bias", outputs) : nil)
    }

    private func wrongShape(_ tensor: Tensor, expected: [Int]) -> CheckpointError {
        .wrongShape(name: tensor.name, expected: expected, found: tensor.shape, path: checkpoint.path.string)
    }

    func vector(_ name: String, _ count: Int) throws -> Activations {
        Activations(rows: 1, columns: count, values: try checkpoint.tensor(name, shape: [count]).floats())
    }

    /// A convolution's weights as a float32 matrix [outputs, everything else].
    func kernel(_ name: String, shape: [Int]) throws -> Activations {
        let tensor = try checkpoint.tensor(name, shape: shape)
        return Activations(
            rows: shape[0], columns: shape.dropFirst().reduce(1, *), values: try tensor.floats())
    }

    func layerNorm(_ name: String, _ count: Int, epsilon: Float) throws -> LayerNorm {
        LayerNorm(
            weight: try vector(name + ".weight", count), bias: try vector(name + ".bias", count), epsilon: epsilon)
    }

    func rmsNorm(_ name: String, _ count: Int, epsilon: Float) throws -> RMSNorm {
        RMSNorm(weight: try vector(name + ".weight", count), epsilon: epsilon)
    }
}
