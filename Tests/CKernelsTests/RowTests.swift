import CKernels
import Foundation
import Testing

@Suite("Row kernels")
struct RowTests {
    private static let lengths = [1, 2, 15, 16, 17, 31, 72, 128, 257]

    @Test("RMSNorm and LayerNorm agree with double precision", arguments: lengths)
    func norms(_ n: Int) {
        var noise = Noise(7)
        let (x, w, b) = (noise.floats(n, scale: 4), noise.floats(n), noise.floats(n))
        let mean = x.reduce(0) { $0 + Double($1) } / Double(n)
        let square = x.reduce(0) { $0 + Double($1) * Double($1) } / Double(n)
        let variance = x.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / Double(n)
        onEverySet {
            var y = [Float](repeating: 0, count: n)
            nr_rmsnorm(x, w, &y, Int64(n), 1e-6)
            for i in 0..<n {
                #expect(abs(Double(y[i]) - Double(x[i] * w[i]) / (square + 1e-6).squareRoot()) < 1e-5)
            }
            nr_layernorm(x, w, b, &y, Int64(n), 1e-5)
            for i in 0..<n {
                let expected = (Double(x[i]) - mean) / (variance + 1e-5).squareRoot() * Double(w[i]) + Double(b[i])
                #expect(abs(Double(y[i]) - expected) < 2e-5)
            }
        }
    }

    @Test("softmax sums to one and keeps its proportions, however large the values", arguments: lengths)
    func softmax(_ n: Int) {
        var noise = Noise(8)
        for scale: Float in [1, 300] {
            let x = noise.floats(n, scale: scale)
            let top = Double(x.max()!)
            let weights = x.map { exp((Double($0) - top) * 0.125) }
            let total = weights.reduce(0, +)
            onEverySet {
                var y = x
                nr_softmax(&y, Int64(n), 0.125)
                for i in 0..<n { #expect(abs(Double(y[i]) - weights[i] / total) < 1e-6) }
            }
        }
    }

    @Test("activations agree with double precision from -30 to 30")
    func activations() {
        let x = (0..<613).map { Float($0) * 0.098 - 30 }
        let up = x.map { $0 * 0.5 + 1 }
        onEverySet {
            var (silu, erfed, tanhed) = (x, x, x)
            nr_silu_mul(x, up, &silu, Int64(x.count))
            nr_gelu_erf(&erfed, Int64(x.count))
            nr_gelu_tanh(&tanhed, Int64(x.count))
            for (i, value) in x.enumerated() {
                let v = Double(value)
                let cubic = (2 / Double.pi).squareRoot() * (v + 0.044715 * v * v * v)
                #expect(close(silu[i], v / (1 + exp(-v)) * Double(up[i])))
                #expect(close(erfed[i], 0.5 * v * (1 + erf(v / 2.0.squareRoot()))))
                #expect(close(tanhed[i], 0.5 * v * (1 + tanh(cubic))))
            }
        }
    }

    @Test("rotary embedding turns pairs half a head apart")
    func rope() {
        let (heads, dimension) = (3, 10)
        var noise = Noise(9)
        let x = noise.floats(heads * dimension)
        let angles = noise.floats(dimension / 2, scale: 3)
        let (cosines, sines) = (angles.map { cosf($0) }, angles.map { sinf($0) })
        onEverySet {
            var y = x
            nr_rope(&y, Int64(heads), Int64(dimension), cosines, sines)
            for head in 0..<heads {
                for i in 0..<dimension / 2 {
                    let (a, b) = (x[head * dimension + i], x[head * dimension + i + dimension / 2])
                    #expect(abs(y[head * dimension + i] - (a * cosines[i] - b * sines[i])) < 1e-6)
                    #expect(abs(y[head * dimension + i + dimension / 2] - (b * cosines[i] + a * sines[i])) < 1e-6)
                }
            }
        }
    }

    @Test("causal attention agrees with double precision and ignores its neighbours", arguments: [1, 2, 17, 100])
    func attention(_ length: Int) {
        let (heads, keyHeads, dimension) = (6, 2, 20)
        var noise = Noise(10)
        let q = noise.floats(length * heads * dimension)
        let k = noise.floats(length * keyHeads * dimension)
        let v = noise.floats(length * keyHeads * dimension)
        onEverySet {
            let all = attend(q, k, v, tokens: Array(0..<length), heads, keyHeads, dimension)
            for token in [0, length / 2, length - 1] {
                for head in 0..<heads {
                    let expected = reference(q, k, v, token, head, heads, keyHeads, dimension)
                    for i in 0..<dimension {
                        #expect(abs(Double(all[(token * heads + head) * dimension + i]) - expected[i]) < 1e-5)
                    }
                }
                let alone = attend(q, k, v, tokens: [token], heads, keyHeads, dimension)
                #expect(alone == Array(all[token * heads * dimension..<(token + 1) * heads * dimension]))
            }
        }
    }

    // MARK: Helpers

    private func onEverySet(_ body: () -> Void) {
        for set in availableSets { withInstructionSet(set, body) }
    }

    private func close(_ a: Float, _ b: Double) -> Bool { abs(Double(a) - b) <= 1e-6 * max(1, abs(b)) * 4 }

    private func attend(
        _ q: [Float], _ k: [Float], _ v: [Float], tokens: [Int], _ heads: Int, _ keyHeads: Int, _ dimension: Int
    ) -> [Float] {
        let width = heads * dimension
        let queries = tokens.flatMap { q[$0 * width..<($0 + 1) * width] }
        var out = [Float](repeating: .nan, count: queries.count)
        let stride = heads / keyHeads * ((tokens.max()! + 16) / 16 * 16)
        var scratch = [Float](repeating: 0, count: stride * 2)
        let lengths = tokens.map { Int64($0 + 1) }
        k.withUnsafeBufferPointer { k in
            v.withUnsafeBufferPointer { v in
                let keys = Array(repeating: k.baseAddress, count: tokens.count)
                let values = Array(repeating: v.baseAddress, count: tokens.count)
                queries.withUnsafeBufferPointer { queries in
                    out.withUnsafeMutableBufferPointer { out in
                        keys.withUnsafeBufferPointer { keys in
                            values.withUnsafeBufferPointer { values in
                                lengths.withUnsafeBufferPointer { lengths in
                                    scratch.withUnsafeMutableBufferPointer { scratch in
                                        var arguments = nr_attention(
                                            tokens: Int64(tokens.count), heads: Int64(heads),
                                            kv_heads: Int64(keyHeads), head_dim: Int64(dimension),
                                            q: queries.baseAddress, out: out.baseAddress, keys: keys.baseAddress,
                                            values: values.baseAddress, length: lengths.baseAddress, scale: 0.25,
                                            scratch: scratch.baseAddress, scratch_stride: Int64(stride))
                                        withPool(2) { nr_attention_run($0, &arguments) }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
        return out
    }

    private func reference(
        _ q: [Float], _ k: [Float], _ v: [Float], _ token: Int, _ head: Int, _ heads: Int, _ keyHeads: Int,
        _ dimension: Int
    ) -> [Double] {
        let keyHead = head / (heads / keyHeads)
        let scores = (0...token).map { other in
            (0..<dimension).reduce(0.0) {
                $0 + Double(q[(token * heads + head) * dimension + $1])
                    * Double(k[(other * keyHeads + keyHead) * dimension + $1])
            } * 0.25
        }
        let weights = scores.map { exp($0 - scores.max()!) }
        let total = weights.reduce(0, +)
        return (0..<dimension).map { i in
            (0...token).reduce(0.0) {
                $0 + weights[$1] / total * Double(v[($1 * keyHeads + keyHead) * dimension + i])
            }
        }
    }
}
