import CKernels
import Testing

struct Shape: CustomTestStringConvertible {
    let m, n, k: Int
    var testDescription: String { "\(m)x\(n)x\(k)" }
}

private let oddShapes = [
    Shape(m: 1, n: 1, k: 1), Shape(m: 1, n: 5, k: 63), Shape(m: 2, n: 64, k: 64), Shape(m: 3, n: 7, k: 65),
    Shape(m: 6, n: 4, k: 128), Shape(m: 7, n: 65, k: 40), Shape(m: 13, n: 66, k: 200), Shape(m: 67, n: 131, k: 97),
    Shape(m: 100, n: 33, k: 768),
]

@Suite("Linear layers")
struct LinearTests {
    @Test("INT8 sums are exact on every instruction set", arguments: oddShapes)
    func integerSums(_ shape: Shape) {
        var noise = Noise(1)
        let weights = noise.bytes(shape.n * shape.k)
        let values = noise.floats(shape.m * shape.k, scale: 3)
        expectExactSums(weights, values, shape)
    }

    @Test("INT8 sums are exact where every code and weight is extreme")
    func saturation() {
        let shape = Shape(m: 8, n: 9, k: 4096)
        for (weight, value) in [(Int8.min, Float(-1)), (Int8.min, 1), (Int8.max, 1), (Int8.max, -1)] {
            expectExactSums(
                Array(repeating: weight, count: shape.n * shape.k),
                Array(repeating: value, count: shape.m * shape.k), shape)
        }
    }

    private func expectExactSums(_ weights: [Int8], _ values: [Float], _ shape: Shape) {
        for set in availableSets {
            withInstructionSet(set) {
                let rows = Rows(values, m: shape.m, k: shape.k)
                withPool { rows.quantize($0) }
                var sums = [Int32](repeating: -1, count: shape.m * shape.n)
                var matrix = weights.withUnsafeBytes { int8Matrix($0.baseAddress!, shape, scale: nil) }
                weights.withUnsafeBytes { bytes in
                    matrix.data = bytes.baseAddress
                    nr_linear_i8_sums(&matrix, &rows.rows, &sums, Int64(shape.n))
                }
                let expected = (0..<shape.m).flatMap { m in
                    (0..<shape.n).map { n in
                        Int32((0..<shape.k).reduce(0) { $0 + rows.code(m, $1) * Int(weights[n * shape.k + $1]) })
                    }
                }
                #expect(sums == expected, "\(String(cString: nr_isa_name(set)))")
            }
        }
    }

    @Test("INT8 outputs are equal on every instruction set, bit for bit", arguments: oddShapes)
    func integerOutputs(_ shape: Shape) {
        var noise = Noise(2)
        let weights = noise.bytes(shape.n * shape.k)
        let scales = noise.floats(shape.n).map { abs($0) + 0.01 }
        let bias = noise.floats(shape.n)
        let values = noise.floats(shape.m * shape.k, scale: 5)
        let outputs = availableSets.map { set in
            withInstructionSet(set) {
                weights.withUnsafeBytes { linear(.int8($0.baseAddress!, scales), bias, values, shape, threads: 1) }
            }
        }
        for output in outputs { #expect(output == outputs[0]) }
    }

    @Test("float32 and BF16 outputs are close to double precision", arguments: oddShapes)
    func floatOutputs(_ shape: Shape) {
        var noise = Noise(3)
        let half = bf16(noise.floats(shape.n * shape.k))
        let weights = widened(half)
        let bias = noise.floats(shape.n)
        let values = noise.floats(shape.m * shape.k)
        let expected = (0..<shape.m).flatMap { m in
            (0..<shape.n).map { n in
                (0..<shape.k).reduce(Double(bias[n])) {
                    $0 + Double(values[m * shape.k + $1]) * Double(weights[n * shape.k + $1])
                }
            }
        }
        for set in availableSets {
            withInstructionSet(set) {
                let float = weights.withUnsafeBytes {
                    linear(.float($0.baseAddress!), bias, values, shape, threads: 1)
                }
                let short = half.withUnsafeBytes { linear(.bf16($0.baseAddress!), bias, values, shape, threads: 1) }
                #expect(zip(float, expected).allSatisfy { abs(Double($0) - $1) < 1e-4 })
                #expect(float == short)
            }
        }
    }

    @Test("a row's outputs do not depend on the rows computed with it, nor on threads", arguments: [1, 2, 3, 4])
    func invariance(threads: Int32) {
        let shape = Shape(m: 67, n: 131, k: 97)
        var noise = Noise(4)
        let weights = noise.bytes(shape.n * shape.k)
        let half = bf16(noise.floats(shape.n * shape.k))
        let scales = noise.floats(shape.n).map { abs($0) + 0.01 }
        let values = noise.floats(shape.m * shape.k)
        for set in availableSets {
            withInstructionSet(set) {
                weights.withUnsafeBytes { codes in
                    half.withUnsafeBytes { short in
                        for kind in [Kind.int8(codes.baseAddress!, scales), .bf16(short.baseAddress!)] {
                            let together = linear(kind, nil, values, shape, threads: threads)
                            for row in [0, 5, 33, 66] {
                                let alone = linear(
                                    kind, nil, Array(values[row * shape.k..<(row + 1) * shape.k]),
                                    Shape(m: 1, n: shape.n, k: shape.k), threads: 1)
                                #expect(alone == Array(together[row * shape.n..<(row + 1) * shape.n]))
                            }
                        }
                    }
                }
            }
        }
    }

    @Test("grouped rows go through their own matrices; a group may be empty or have all rows")
    func grouped() {
        let shape = Shape(m: 130, n: 70, k: 33)
        var noise = Noise(5)
        let weights = (0..<4).map { _ in noise.floats(shape.n * shape.k) }
        let values = noise.floats(shape.m * shape.k)
        for firstRow: [Int64] in [[0, 0, 1, 120, 130], [0, 0, 0, 130, 130], [0, 130, 130, 130, 130]] {
            let expected = (0..<4).flatMap { group in
                let rows = Int(firstRow[group])..<Int(firstRow[group + 1])
                return weights[group].withUnsafeBytes {
                    linear(
                        .float($0.baseAddress!), nil,
                        Array(values[rows.lowerBound * shape.k..<rows.upperBound * shape.k]),
                        Shape(m: rows.count, n: shape.n, k: shape.k), threads: 1)
                }
            }
            let flat = weights.flatMap { $0 }
            let output = flat.withUnsafeBytes { bytes in
                let matrices = (0..<4).map { group in
                    nr_matrix(
                        type: NR_F32, n: Int64(shape.n), k: Int64(shape.k),
                        data: bytes.baseAddress! + group * shape.n * shape.k * 4, scale: nil, bias: nil)
                }
                let rows = Rows(values, m: shape.m, k: shape.k)
                var y = [Float](repeating: .nan, count: shape.m * shape.n)
                withPool(3) { nr_linear_grouped($0, matrices, firstRow, 4, &rows.rows, &y, Int64(shape.n)) }
                return y
            }
            #expect(output == expected)
        }
    }

    @Test(
        "quantising keeps each value within half a step and an all-zero row at zero",
        arguments: [1, 15, 64, 65, 200])
    func quantization(_ k: Int) {
        var noise = Noise(6)
        let values = noise.floats(3 * k, scale: 10) + [Float](repeating: 0, count: k)
        for set in availableSets {
            withInstructionSet(set) {
                let rows = Rows(values, m: 4, k: k)
                withPool { rows.quantize($0) }
                for row in 0..<4 {
                    for column in 0..<k {
                        let error = abs(Float(rows.code(row, column)) * rows.scale(row) - values[row * k + column])
                        #expect(error <= rows.scale(row) * 0.5001)
                    }
                    #expect((0..<k).reduce(0) { $0 + rows.code(row, $1) } == rows.sum(row))
                    for column in k..<Int(rows.rows.q_stride) { #expect(rows.code(row, column) == 0) }
                }
                #expect(rows.scale(3) == 0)
            }
        }
    }

    // MARK: Helpers

    private enum Kind {
        case float(UnsafeRawPointer)
        case bf16(UnsafeRawPointer)
        case int8(UnsafeRawPointer, [Float])
    }

    private func int8Matrix(_ data: UnsafeRawPointer, _ shape: Shape, scale: UnsafePointer<Float>?) -> nr_matrix {
        nr_matrix(type: NR_I8, n: Int64(shape.n), k: Int64(shape.k), data: data, scale: scale, bias: nil)
    }

    private func linear(_ kind: Kind, _ bias: [Float]?, _ values: [Float], _ shape: Shape, threads: Int32)
        -> [Float]
    {
        var y = [Float](repeating: .nan, count: shape.m * shape.n)
        let rows = Rows(values, m: shape.m, k: shape.k)
        let scales: [Float] = if case .int8(_, let scales) = kind { scales } else { [0] }
        withPool(threads) { pool in
            scales.withUnsafeBufferPointer { scales in
                (bias ?? [0]).withUnsafeBufferPointer { biases in
                    var matrix =
                        switch kind {
                        case .float(let data): int8Matrix(data, shape, scale: nil)
                        case .bf16(let data): int8Matrix(data, shape, scale: nil)
                        case .int8(let data, _): int8Matrix(data, shape, scale: scales.baseAddress)
                        }
                    switch kind {
                    case .float: matrix.type = NR_F32
                    case .bf16: matrix.type = NR_BF16
                    case .int8: rows.quantize(pool)
                    }
                    if bias != nil { matrix.bias = biases.baseAddress }
                    nr_linear(pool, &matrix, &rows.rows, &y, Int64(shape.n))
                }
            }
        }
        return y
    }
}
