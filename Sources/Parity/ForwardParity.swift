import CKernels
import Engine
import Features

/// Encoder outputs, last logits and greedy tokens in float32.
///
/// Where two experts are a hair apart, the reference's own rounding decides between them: such cases get a wider bound.
func compareForward(
    _ golden: GoldenCase, _ inputs: CaseInputs, _ prompt: PreparedPrompt, model: OmniModel,
    into report: inout CaseReport
) throws {
    let visual = ["image": inputs.images, "video": inputs.videos]
    for (name, patches) in visual.sorted(by: { $0.key < $1.key }) where !patches.isEmpty {
        let encoded = try patches.map { try model.vision($0) }
        var worst = try encoderError(golden, "\(name)_embeds", encoded.map(\.embeddings))
        for level in encoded[0].deepstack.indices {
            worst = max(
                worst, try encoderError(golden, "\(name)_deepstack_\(level)", encoded.map { $0.deepstack[level] }))
        }
        report.add(Check(name, error: worst, bound: 1e-3))
    }
    if !inputs.logMels.isEmpty {
        let error = try encoderError(golden, "audio_embeds", try model.audio(inputs.logMels))
        report.add(Check("audio", error: error, bound: 1e-3))
    }
    let cache = model.thinker.makeCache(capacity: prompt.tokens.count)
    let hidden = try model.prefill(prompt, embeddings: try model.embed(prompt), cache: cache)
    let error = relativeError(model.thinker.logits(hidden).values, try golden.floats("logits_last"))
    report.add(Check("logits", error: error, bound: golden.routerGap > 1e-5 ? 1e-3 : 2e-2))
    report.add(try greedyCheck(golden, prompt, model: model))
}

private func encoderError(_ golden: GoldenCase, _ name: String, _ outputs: [Activations]) throws -> Double {
    guard let expected = try golden.strided(name) else { return 0 }
    let ours = expected.select(outputs.flatMap(\.values), columnCount: outputs[0].columns)
    let theirs = try expected.values
    return ours.count == theirs.count ? relativeError(ours, theirs) : .infinity
}

/// Greedy tokens are compared up to the first that the reference itself chose by a margin of 1e-2 or less: from there on
/// the two may rightly differ.
private func greedyCheck(_ golden: GoldenCase, _ prompt: PreparedPrompt, model: OmniModel) throws -> Check {
    let expected = try golden.integers("greedy_tokens")
    let margins = try golden.floats("greedy_margin")
    let comparable = margins.firstIndex { $0 <= 1e-2 } ?? expected.count
    let generator = Generator(model: model, batchSize: 1)
    try generator.start(
        GenerationRequest(id: 0, prompt: prompt, sampling: SamplingParameters(), maxNewTokens: expected.count))
    var tokens: [Int] = []
    while generator.activeCount > 0 {
        for generation in generator.step() { tokens = generation.tokens }
    }
    let agreeing = zip(tokens, expected).prefix { $0 == $1 }.count
    let note = comparable < expected.count ? " (\(comparable) certain)" : ""
    return Check("greedy", value: "\(agreeing)/\(expected.count)\(note)", passed: agreeing >= comparable)
}
