import Engine
import Testing

/// The same request yields the same tokens and the same probabilities, bit for bit, whatever runs beside it.
@Suite("Invariance")
struct InvarianceTests {
    @Test("tokens do not depend on the neighbours in a batch", arguments: [1, 3, 16], Precision.allCases)
    func batch(size: Int, precision: Precision) throws {
        let model = try precision == .int8 ? Models.int8() : Models.float()
        let prompts = try Prompts.all(model)
        let alone = try prompts.map { try generate(model, [$0], batch: 1)[0]! }
        let together = try generate(model, prompts, batch: size)
        for (id, expected) in alone.enumerated() { expectSame(together[Int64(id)], expected) }
    }

    @Test("tokens do not depend on threads", arguments: [1, 2, 3, 4])
    func threads(count: Int) throws {
        let reference = try Models.int8(threads: 1)
        let expected = try generate(reference, try Prompts.all(reference), batch: 4)
        let model = try Models.int8(threads: count)
        let results = try generate(model, try Prompts.all(model), batch: 4)
        for (id, generation) in expected { expectSame(results[id], generation) }
    }

    @Test("tokens do not depend on the order of requests")
    func order() throws {
        let model = try Models.int8()
        let prompts = try Prompts.all(model)
        let forward = try generate(model, prompts, batch: 3)
        let backward = try generate(model, prompts.reversed(), batch: 3)
        for id in prompts.indices {
            expectSame(backward[Int64(prompts.count - 1 - id)], try #require(forward[Int64(id)]))
        }
    }

    @Test("a prompt longer than a prefill chunk gives the hidden states that token by token gives")
    func prefillChunks() throws {
        let model = try Models.int8()
        let text = String(repeating: "one two three ", count: 200)
        let prompt = try model.prepare([PromptTurn(role: "user", parts: [.text(text)])])
        #expect(prompt.tokens.count > 1024)
        let chunked = try model.prefill(
            prompt, embeddings: try model.embed(prompt), cache: model.thinker.makeCache(capacity: 1), keepsAll: true)
        let cache = model.thinker.makeCache(capacity: 7)
        let embeddings = try model.embed(prompt)
        for token in [0, 1, 2, 3, 4] {
            cache.extend(by: 1)
            let hidden = model.thinker.forward(
                TokenBatch(
                    hidden: embeddings.hidden.gather([token]), positions: [prompt.positions[token]], caches: [cache],
                    slots: [token]))
            #expect(hidden.values == chunked.gather([token]).values)
        }
    }

    private func expectSame(_ a: Generation?, _ b: Generation) {
        #expect(a?.tokens == b.tokens)
        #expect(a?.meanLogProbability == b.meanLogProbability)
        #expect(a?.finishReason == b.finishReason)
    }
}
