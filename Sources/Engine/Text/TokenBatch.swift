/// Tokens that go through the decoder together: any mixture of sequences, each token knowing its own.
package struct TokenBatch {
    /// Input embeddings [tokens, hidden]; overwritten.
    let hidden: Activations
    let positions: [Position]
    /// Each token's sequence, already extended by these tokens.
    let caches: [KVCache]
    /// Each token's place in its sequence.
    let slots: [Int]
    /// What the vision encoder adds after the first layers.
    var deepstack: [DeepstackRow]

    package init(
        hidden: Activations, positions: [Position], caches: [KVCache], slots: [Int], deepstack: [DeepstackRow] = []
    ) {
        self.hidden = hidden
        self.positions = positions
        self.caches = caches
        self.slots = slots
        self.deepstack = deepstack
    }
}

/// Row `source` of the encoder's deepstack features belongs to token `token` of the batch.
package struct DeepstackRow {
    let token: Int
    let features: [Activations]
    let source: Int
}

/// Which experts are chosen: by the router, or as noted in another run (to compare INT8 with float32 on equal terms).
package enum Routing {
    case free
    case recording(RoutingTrace)
    case pinned(RoutingTrace)
}

/// Expert choices of one pass, in layer and token order.
package final class RoutingTrace {
    private var choices: [[Int]] = []
    private var next = 0

    func append(_ experts: [Int]) { choices.append(experts) }

    package init() {}

    package func rewind() { next = 0 }

    func take() -> [Int] {
        defer { next += 1 }
        return choices[next]
    }
}
