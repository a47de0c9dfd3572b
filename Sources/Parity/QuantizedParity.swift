import CKernels
import Engine
import Foundation

/// INT8 against float32 over all positions of a prompt, once with the experts that float32 chose and once free.
///
/// Routers of small random models flip experts at the slightest difference, so only the pinned figures have bounds:
/// logits within 6 % (Frobenius), mean KL divergence below 0.015.
func compareQuantized(
    _ prompt: PreparedPrompt, float: OmniModel, quantized: OmniModel, into report: inout CaseReport
) throws {
    let embeddings = try float.embed(prompt)
    let trace = RoutingTrace()
    let reference = try allHidden(prompt, embeddings, float, .recording(trace))
    trace.rewind()
    let pinned = logitDistance(
        reference, float, try allHidden(prompt, embeddings, quantized, .pinned(trace)), quantized)
    let free = logitDistance(reference, float, try allHidden(prompt, embeddings, quantized, .free), quantized)
    report.add(Check("int8", error: pinned.relative, bound: 0.06))
    report.add(Check("kl", error: pinned.divergence, bound: 0.015))
    report.add(
        Check("free", value: String(format: "%.1e kl %.1e", free.relative, free.divergence), passed: true))
}

private func allHidden(
    _ prompt: PreparedPrompt, _ embeddings: PromptEmbedding, _ model: OmniModel, _ routing: Routing
) throws -> Activations {
    try model.prefill(
        prompt, embeddings: embeddings, cache: model.thinker.makeCache(capacity: prompt.tokens.count),
        routing: routing, keepsAll: true)
}

/// Relative error of the logits and mean KL(float32 || INT8), a few rows at a time: a vocabulary is wide.
private func logitDistance(
    _ a: Activations, _ modelA: OmniModel, _ b: Activations, _ modelB: OmniModel
) -> (relative: Double, divergence: Double) {
    var (difference, size, divergence) = (0.0, 0.0, 0.0)
    for start in stride(from: 0, to: a.rows, by: 32) {
        let rows = Array(start..<min(start + 32, a.rows))
        let logitsA = modelA.thinker.logits(a.gather(rows))
        let logitsB = modelB.thinker.logits(b.gather(rows))
        let count = logitsA.columns
        for row in rows.indices {
            let (p, q) = (logitsA.row(row), logitsB.row(row))
            for i in 0..<count {
                difference += Double(p[i] - q[i]) * Double(p[i] - q[i])
                size += Double(p[i]) * Double(p[i])
            }
            nr_softmax(p, Int64(count), 1)
            nr_softmax(q, Int64(count), 1)
            for i in 0..<count where p[i] > 0 { divergence += Double(p[i]) * log(Double(p[i] / max(q[i], 1e-30))) }
        }
    }
    return ((difference / size).squareRoot(), divergence / Double(a.rows))
}

/// Every INT8 matrix of the model times seeded activations, the kernel's integer sums against plain scalar loops.
func compareIntegerSums(_ model: OmniModel) throws -> CaseReport {
    var report = CaseReport("int8 linears")
    var generator = SystemIndependentGenerator(state: 20)
    var exact = 0
    let matrices = try model.checkpoint.tensorNames.compactMap { name in
        let tensor = try model.checkpoint.tensor(name)
        return tensor.dataType == .i8 ? tensor : nil
    }
    for weight in matrices {
        let (outputs, inputs) = (weight.shape[0], weight.shape[1])
        let rows = 7
        let x = Activations(
            rows: rows, columns: inputs, values: (0..<rows * inputs).map { _ in generator.nextSymmetric() })
        let sums = try integerSums(weight, x)
        let expected = (0..<rows).flatMap { row in
            let codes = sums.codes[row * inputs..<(row + 1) * inputs]
            return (0..<outputs).map { output in
                zip(codes, weight.bytes[output * inputs..<(output + 1) * inputs]).reduce(Int32(0)) {
                    $0 + Int32($1.0) * Int32(Int8(bitPattern: $1.1))
                }
            }
        }
        if sums.values == expected { exact += 1 }
    }
    report.add(Check("exact", value: "\(exact)/\(matrices.count)", passed: exact == matrices.count && exact > 0))
    return report
}

/// A small linear congruential sequence: the same check on every machine.
private struct SystemIndependentGenerator {
    var state: UInt64

    mutating func nextSymmetric() -> Float {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Float(Int32(truncatingIfNeeded: state >> 32)) * 0x1p-31
    }
}
