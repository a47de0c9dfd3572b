import Testing

@testable import Checkpoint

@Suite("Quantising rows")
struct RowQuantizerTests {
    /// Codes and scale of one row.
    func quantize(_ values: [Float], as dataType: String) -> (codes: [Int8], scale: Float)? {
        var codes = [Int8](repeating: 0, count: values.count)
        var scales: [UInt16] = [0]
        let bad = encoded(values, as: dataType).withUnsafeBytes { weights in
            codes.withUnsafeMutableBufferPointer { codes in
                scales.withUnsafeMutableBufferPointer { scales in
                    switch dataType {
                    case "BF16":
                        RowQuantizer.quantize(
                            BrainFloat16.self, weights: weights, columns: values.count, codes: codes, scales: scales)
                    case "F16":
                        RowQuantizer.quantize(
                            HalfFloat.self, weights: weights, columns: values.count, codes: codes, scales: scales)
                    default:
                        RowQuantizer.quantize(
                            SingleFloat.self, weights: weights, columns: values.count, codes: codes, scales: scales)
                    }
                }
            }
        }
        return bad == nil ? (codes, BrainFloat16.float(scales[0])) : nil
    }

    func decoded(_ values: [Float], as dataType: String) -> [Float] {
        switch dataType {
        case "BF16": values.map { Float(bitPattern: $0.bitPattern & 0xffff_0000) }
        case "F16": values.map { Float(Float16($0)) }
        default: values
        }
    }

    @Test("codes are w / scale rounded half to even, from every format", arguments: ["BF16", "F16", "F32"])
    func codes(dataType: String) throws {
        var random = RandomBits(seed: 5)
        for width in [1, 2, 7, 64, 769] {
            let magnitude = Float.random(in: 0.001...3, using: &random)
            let values = (0..<width).map { _ in Float.random(in: -magnitude...magnitude, using: &random) }
            let (codes, scale) = try #require(quantize(values, as: dataType))
            let exact = decoded(values, as: dataType)
            let largest = exact.map(\.magnitude).max() ?? 0
            #expect(codes == exact.map { Int8(($0 / scale).rounded(.toNearestOrEven)) })
            #expect(scale >= largest / 127 && scale <= largest / 127 * 1.0079)
        }
    }

    @Test("ties go to the even code")
    func ties() throws {
        // The largest is 127, so the scale is exactly 1.
        let (codes, scale) = try #require(quantize([127, 0.5, 1.5, 2.5, -0.5, -1.5, -2.5], as: "F32"))
        #expect(scale == 1 && codes == [127, 0, 2, 2, 0, -2, -2])
    }

    @Test("no code leaves +-127, whatever the row's largest value is")
    func range() throws {
        var random = RandomBits(seed: 6)
        for _ in 0..<20_000 {
            let bits = UInt32.random(in: 1..<0x7f80_0000, using: &random)
            let largest = Float(bitPattern: bits)
            let (codes, scale) = try #require(quantize([largest, -largest], as: "F32"))
            #expect(codes[0] == -codes[1] && codes[0] >= 0 && scale >= Float.leastNormalMagnitude)
            #expect(abs(Double(codes[0]) * Double(scale) - Double(largest)) <= 0.5001 * Double(scale))
        }
    }

    @Test("a row of zeros has scale 1")
    func zeros() throws {
        let (codes, scale) = try #require(quantize([0, -0, 0], as: "BF16"))
        #expect(codes == [0, 0, 0] && scale == 1)
    }

    @Test("an infinity or a NaN is found", arguments: ["BF16", "F16", "F32"])
    func notFinite(dataType: String) {
        for bad in [Float.infinity, -.infinity, .nan] {
            #expect(quantize([1, bad, 2], as: dataType) == nil)
        }
    }
}
