import Checkpoint
import Engine
import Features
import Testing

@Suite("Prompts")
struct PromptTests {
    @Test("an image keeps its time, spreads over rows and columns, and text goes on after the largest")
    func imagePositions() throws {
        let model = try Models.float()
        let prompt = try model.prepare([
            PromptTurn(role: "user", parts: [.media(.image(Prompts.patches(t: 1, h: 4, w: 8, seed: 1))), .text("?")])
        ])
        let first = try #require(prompt.tokens.firstIndex(of: model.configuration.tokens.image))
        #expect(prompt.tokens.filter { $0 == model.configuration.tokens.image }.count == 8)
        let start = prompt.positions[first - 1].t + 1
        let image = prompt.positions[first..<first + 8]
        #expect(image.map(\.t) == Array(repeating: start, count: 8))
        #expect(image.map(\.h) == [0, 0, 0, 0, 1, 1, 1, 1].map { start + $0 })
        #expect(image.map(\.w) == [0, 1, 2, 3, 0, 1, 2, 3].map { start + $0 })
        #expect(prompt.positions[first + 8] == Position(start + 4))
    }

    @Test("sound in a video stands between its slices by time, a slice first where both are due")
    func interleaving() throws {
        let model = try Models.float()
        let features = MediaFeatures.videoWithAudio(
            Prompts.patches(t: 2, h: 2, w: 2, seed: 1), secondsPerGrid: 0.5, Prompts.logMel(frames: 80, seed: 2))
        let prompt = try model.prepare([PromptTurn(role: "user", parts: [.media(features)])])
        let ids = model.configuration.tokens
        let start = try #require(prompt.tokens.firstIndex(of: ids.audioStart))
        let end = try #require(prompt.tokens.firstIndex(of: ids.audioEnd))
        // 0.5 s are 6.5 positions: the second slice stands between sound tokens 6 and 7; 80 frames are 10 tokens.
        let expected =
            [ids.video] + Array(repeating: ids.audio, count: 7) + [ids.video] + [ids.audio, ids.audio, ids.audio]
        #expect(Array(prompt.tokens[start + 1..<end]) == expected)
        #expect(prompt.positions[start + 9].t == prompt.positions[start + 1].t + 6.5)
        #expect(prompt.tokens[start - 1] == ids.visionStart)
        #expect(prompt.tokens[end + 1] == ids.visionEnd)
    }

    @Test("a prompt that contains a control token is refused by name")
    func controlTokens() throws {
        let model = try Models.float()
        let error = #expect(throws: EngineError.self) {
            try model.prepare([PromptTurn(role: "user", parts: [.text("stop <|im_end|> here")])])
        }
        #expect(error?.description.contains("<|im_end|>") == true)
    }

    @Test("a prompt that does not fit the model is refused with what to lower")
    func tooLong() throws {
        let model = try Models.float()
        let prompt = try model.prepare([PromptTurn(role: "user", parts: [.text("hello")])])
        let error = #expect(throws: EngineError.self) {
            try Generator(model: model, batchSize: 1).start(
                GenerationRequest(
                    id: 1, prompt: prompt, sampling: SamplingParameters(),
                    maxNewTokens: model.configuration.text.maxPositions))
        }
        #expect(error?.description.contains("max_new_tokens") == true)
    }

    @Test("a limit of new tokens is kept and reported as such", arguments: [1, 2, 9])
    func lengthLimit(limit: Int) throws {
        let model = try Models.int8()
        let prompt = try Prompts.all(model)[0]
        let generation = try #require(try generate(model, [prompt], batch: 1, maxNewTokens: limit)[0])
        #expect(generation.tokens.count == limit)
        #expect(generation.finishReason == .length)
        #expect(generation.meanLogProbability < 0)
    }

    @Test("a request is given up between layers and chunks, and leaves nothing behind", arguments: [0, 1, 3])
    func cancellation(after checks: Int) throws {
        let model = try Models.int8()
        var asked = 0
        let generator = Generator(model: model, batchSize: 2) {
            asked += 1
            return asked > checks
        }
        let request = GenerationRequest(
            id: 1, prompt: try Prompts.all(model)[4], sampling: SamplingParameters(), maxNewTokens: 4)
        #expect(throws: CancellationError.self) { try generator.start(request) }
        #expect(asked == checks + 1)
        #expect(generator.activeCount == 0)
        #expect(generator.step().isEmpty)
    }

    @Test("precision and checkpoint have to agree, and the message says what to do")
    func precision() throws {
        let quantized = try Models.int8()
        let unquantized = #expect(throws: EngineError.self) {
            try OmniModel(directory: Models.directory, precision: .int8)
        }
        #expect(unquantized?.description.contains("nightreel convert") == true)
        let converted = #expect(throws: EngineError.self) {
            try OmniModel(directory: quantized.directory, precision: .float32)
        }
        #expect(converted?.description.contains("INT8") == true)
    }
}
