import SystemPackage

/// Writes one planned shard, a block of rows at a time: memory is one block of codes and the scales of one tensor,
/// and the source's pages are let go as soon as they are used.
struct ShardWriter {
    /// Source bytes that are quantised or copied between two looks at `isCancelled`.
    static let blockBytes = 32 << 20

    let checkpoint: Checkpoint
    let shard: ConversionPlan.Shard

    /// `advanced` receives the tensors and bytes of the source that are done since its last call.
    func write(
        to path: FilePath, advanced: (_ tensors: Int, _ bytes: Int) -> Void, checkCancelled: () throws -> Void
    ) throws {
        let file = try OutputFile(path)
        try shard.header.withUnsafeBytes { try file.write($0, at: 0) }
        let scales = Dictionary(
            shard.outputs.filter { $0.content == .scales }.map { ($0.source, $0.range.lowerBound) },
            uniquingKeysWith: { first, _ in first })
        for output in shard.outputs where output.content != .scales {
            let tensor = try checkpoint.tensor(output.source)
            if output.content == .codes, let scaleOffset = scales[output.source] {
                try quantize(
                    tensor, to: file, codeOffset: output.range.lowerBound, scaleOffset: scaleOffset,
                    advanced: advanced, checkCancelled: checkCancelled)
            } else {
                try copy(
                    tensor, to: file, at: output.range.lowerBound, advanced: advanced, checkCancelled: checkCancelled)
            }
            advanced(1, 0)
        }
        try checkCancelled()
        try file.synchronize()
    }

    private func copy(
        _ tensor: Tensor, to file: OutputFile, at offset: Int, advanced: (Int, Int) -> Void,
        checkCancelled: () throws -> Void
    ) throws {
        var start = 0
        while start < tensor.bytes.count {
            try checkCancelled()
            let end = min(tensor.bytes.count, start + Self.blockBytes)
            let block = UnsafeRawBufferPointer(rebasing: tensor.bytes[start..<end])
            try file.write(block, at: offset + start)
            releasePages(of: block)
            advanced(0, block.count)
            start = end
        }
    }

    private func quantize(
        _ tensor: Tensor, to file: OutputFile, codeOffset: Int, scaleOffset: Int, advanced: (Int, Int) -> Void,
        checkCancelled: () throws -> Void
    ) throws {
        let quantizer = TensorQuantizer(tensor: tensor)
        let (rows, columns) = (quantizer.rows, quantizer.columns)
        let rowBytes = columns * tensor.dataType.size
        let rowsPerBlock = min(rows, max(1, Self.blockBytes / max(1, rowBytes)))
        var codes = [Int8](repeating: 0, count: rowsPerBlock * columns)
        var scales = [UInt16](repeating: 0, count: rows)
        var start = 0
        while start < rows {
            try checkCancelled()
            let block = start..<min(rows, start + rowsPerBlock)
            try codes.withUnsafeMutableBufferPointer { codes in
                let codes = UnsafeMutableBufferPointer(rebasing: codes[..<(block.count * columns)])
                try scales.withUnsafeMutableBufferPointer { scales in
                    try quantizer.quantize(
                        rows: block, codes: codes, scales: UnsafeMutableBufferPointer(rebasing: scales[block]))
                }
                try file.write(UnsafeRawBufferPointer(codes), at: codeOffset + start * columns)
            }
            let source = tensor.bytes[block.lowerBound * rowBytes..<block.upperBound * rowBytes]
            releasePages(of: UnsafeRawBufferPointer(rebasing: source))
            advanced(0, source.count)
            start = block.upperBound
        }
        try scales.withUnsafeBytes { try file.write($0, at: scaleOffset) }
    }
}
