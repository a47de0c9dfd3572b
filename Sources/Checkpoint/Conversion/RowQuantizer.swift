/// Symmetric INT8 per row: scale = absmax / 127 as BF16, code = w / scale rounded half to even.
///
/// The scale is rounded up, so that no code exceeds 127 and none is clipped; a row of zeros has scale 1.
enum RowQuantizer {
    /// Quantises rows of `columns` elements. Returns the first row that has an infinity or NaN, or nil.
    ///
    /// `weights`: [rows, columns], any alignment; `codes`: [rows, columns]; `scales`: [rows], BF16 bits.
    static func quantize<Element: FloatingElement>(
        _: Element.Type, weights: UnsafeRawBufferPointer, columns: Int,
        codes: UnsafeMutableBufferPointer<Int8>, scales: UnsafeMutableBufferPointer<UInt16>
    ) -> Int? {
        let stride = columns * MemoryLayout<Element.Bits>.size
        for row in scales.indices {
            let source = UnsafeRawBufferPointer(rebasing: weights[row * stride..<(row + 1) * stride])
            let output = UnsafeMutableBufferPointer(rebasing: codes[row * columns..<(row + 1) * columns])
            guard let scale = quantizeRow(Element.self, source, output) else { return row }
            scales[row] = scale
        }
        return nil
    }

    private static func quantizeRow<Element: FloatingElement>(
        _: Element.Type, _ weights: UnsafeRawBufferPointer, _ codes: UnsafeMutableBufferPointer<Int8>
    ) -> UInt16? {
        let size = MemoryLayout<Element.Bits>.size
        var largest: Element.Bits = 0
        for column in codes.indices {
            let bits = weights.loadUnaligned(fromByteOffset: column * size, as: Element.Bits.self)
            largest = max(largest, Element.magnitude(bits))
        }
        guard largest < Element.infinity else { return nil }
        let scaleBits = scale(absoluteMaximum: Element.float(largest))
        let scale = BrainFloat16.float(scaleBits)
        // Adding 1.5 * 2^23 leaves the rounded integer in the low bits of the sum: to nearest, ties to even, and it
        // vectorises without SSE4.
        let shift: Float = 0x1.8p23
        for column in codes.indices {
            let bits = weights.loadUnaligned(fromByteOffset: column * size, as: Element.Bits.self)
            codes[column] = Int8(truncatingIfNeeded: (Element.float(bits) / scale + shift).bitPattern)
        }
        return scaleBits
    }

    /// BF16 bits of the least scale, not below the least normal number, that keeps every code within +-127.
    static func scale(absoluteMaximum: Float) -> UInt16 {
        guard absoluteMaximum > 0 else { return 0x3f80 }
        let exact = (absoluteMaximum / 127).bitPattern
        return max(UInt16(truncatingIfNeeded: (exact + 0xffff) >> 16), 0x0080)
    }
}
