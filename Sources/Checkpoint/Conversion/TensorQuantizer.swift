import Dispatch

/// Quantises a block of rows on all cores. Rows are independent, so the result does not depend on the number of cores.
struct TensorQuantizer {
    let tensor: Tensor
    var rows: Int { tensor.shape[0] }
    var columns: Int { tensor.shape[1] }

    private static let stripsPerBlock = 64

    /// `codes`: [range.count, columns]; `scales`: [range.count], BF16 bits.
    func quantize(
        rows range: Range<Int>, codes: UnsafeMutableBufferPointer<Int8>, scales: UnsafeMutableBufferPointer<UInt16>
    ) throws {
        switch tensor.dataType {
        case .bf16: try quantize(BrainFloat16.self, range, codes, scales)
        case .f16: try quantize(HalfFloat.self, range, codes, scales)
        default: try quantize(SingleFloat.self, range, codes, scales)
        }
    }

    private func quantize<Element: FloatingElement>(
        _: Element.Type, _ range: Range<Int>, _ codes: UnsafeMutableBufferPointer<Int8>,
        _ scales: UnsafeMutableBufferPointer<UInt16>
    ) throws {
        let columns = columns
        let rowBytes = columns * MemoryLayout<Element.Bits>.size
        let weights = UnsafeRawBufferPointer(
            rebasing: tensor.bytes[range.lowerBound * rowBytes..<range.upperBound * rowBytes])
        let strip = max(1, (range.count + Self.stripsPerBlock - 1) / Self.stripsPerBlock)
        let count = (range.count + strip - 1) / strip
        let firstBadRow = [Int](unsafeUninitializedCapacity: count) { bad, initialized in
            // Each iteration touches its own rows and its own element of `bad`.
            nonisolated(unsafe) let (weights, codes, scales, bad) = (weights, codes, scales, bad)
            DispatchQueue.concurrentPerform(iterations: count) { index in
                let rows = index * strip..<min(range.count, (index + 1) * strip)
                let found = RowQuantizer.quantize(
                    Element.self,
                    weights: UnsafeRawBufferPointer(
                        rebasing: weights[rows.lowerBound * rowBytes..<rows.upperBound * rowBytes]),
                    columns: columns,
                    codes: UnsafeMutableBufferPointer(
                        rebasing: codes[rows.lowerBound * columns..<rows.upperBound * columns]),
                    scales: UnsafeMutableBufferPointer(rebasing: scales[rows]))
                bad.initializeElement(at: index, to: found.map { rows.lowerBound + $0 } ?? -1)
            }
            initialized = count
        }
        if let row = firstBadRow.first(where: { $0 >= 0 }) {
            throw ConversionError.notFinite(tensor: tensor.name, row: range.lowerBound + row)
        }
    }
}
