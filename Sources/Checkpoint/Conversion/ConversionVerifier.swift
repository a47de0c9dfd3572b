import SystemPackage

/// Opens a finished conversion as a reader would and holds it against the plan and the source.
struct ConversionVerifier {
    let source: Checkpoint
    let plan: ConversionPlan
    let directory: FilePath

    /// Every planned tensor must be there with type and shape and none besides; of each quantised tensor the first,
    /// middle and last row must be the source's within half a step, of each copy both ends must be equal.
    func verify(checkCancelled: () throws -> Void) throws {
        let result: Checkpoint
        do {
            result = try Checkpoint(directory)
            guard try ModelConfiguration(directory: directory).isQuantized else {
                throw failed("config.json names no quantization")
            }
        } catch let error as CheckpointError {
            throw failed(error.description)
        }
        let outputs = plan.shards.flatMap(\.outputs)
        guard result.tensorNames.count == outputs.count else {
            throw failed("it has \(result.tensorNames.count) tensors, not \(outputs.count)")
        }
        for output in outputs {
            try checkCancelled()
            guard result.contains(output.name) else { throw failed("tensor \(output.name) is missing") }
            let tensor = try result.tensor(output.name)
            guard tensor.dataType == output.dataType, tensor.shape == output.shape else {
                throw failed("tensor \(output.name) is \(tensor.dataType.rawValue) \(tensor.shape)")
            }
            let original = try source.tensor(output.source)
            switch output.content {
            case .copy: try compareEnds(original, tensor)
            case .codes: try compareRows(original, tensor, scales: result.tensor(output.name + "_scale"))
            case .scales: break
            }
            releasePages(of: tensor.bytes)
            releasePages(of: original.bytes)
        }
    }

    private func failed(_ reason: String) -> ConversionError {
        .verificationFailed(path: directory.removingLastComponent().string, reason: reason)
    }

    private func compareEnds(_ original: Tensor, _ copy: Tensor) throws {
        let count = min(64 << 10, original.bytes.count)
        guard original.bytes.prefix(count).elementsEqual(copy.bytes.prefix(count)),
            original.bytes.suffix(count).elementsEqual(copy.bytes.suffix(count))
        else { throw failed("tensor \(copy.name) differs from the source's") }
    }

    private func compareRows(_ original: Tensor, _ codes: Tensor, scales: Tensor) throws {
        let (rows, columns) = (codes.shape[0], codes.shape[1])
        guard rows > 0 else { return }
        for row in Set([0, rows / 2, rows - 1]) {
            let weights = try original.row(row, columns: columns).floats()
            let quantized = try codes.row(row, columns: columns).floats()
            let scale = try scales.row(row, columns: 1).floats()[0]
            // Half a step, and the rounding of the division and of the product.
            let tolerance = 0.50002 * scale
            guard zip(weights, quantized).allSatisfy({ abs($0 - $1 * scale) <= tolerance }) else {
                throw failed("row \(row) of \(codes.name) is further than half a step from the source's")
            }
        }
    }
}

extension Tensor {
    fileprivate func row(_ row: Int, columns: Int) -> Tensor {
        let size = columns * dataType.size
        return Tensor(
            name: name, dataType: dataType, shape: [columns],
            bytes: UnsafeRawBufferPointer(rebasing: bytes[row * size..<(row + 1) * size]))
    }
}
