import Checkpoint
import Engine
import Features
import Foundation
import SystemPackage

private let fixture = FilePath(#filePath).removingLastComponent().removingLastComponent().appending(
    "Fixtures/kit/model")

/// Where the converted checkpoint lies until the process ends.
private nonisolated(unsafe) var temporary = ""

/// The fixture kit's tiny checkpoint, as it is and converted to INT8.
enum Models {
    static func float(threads: Int = 2) throws -> OmniModel {
        try OmniModel(directory: fixture, precision: .float32, threads: threads)
    }

    static func int8(threads: Int = 2) throws -> OmniModel {
        try OmniModel(directory: try converted.get(), precision: .int8, threads: threads)
    }

    static let directory = fixture

    private static let converted = Result<FilePath, any Error> {
        let path = FilePath(NSTemporaryDirectory()).appending("nightreel-tests-\(UUID().uuidString)")
        try Converter(source: fixture, destination: path).run()
        temporary = path.string
        atexit { try? FileManager.default.removeItem(atPath: temporary) }
        return path
    }
}

/// Prompts of several lengths and media, from seeded noise.
enum Prompts {
    static func all(_ model: OmniModel) throws -> [PreparedPrompt] {
        try [
            [.text("What is this?")],
            [.media(.image(patches(t: 1, h: 4, w: 6, seed: 1))), .text("Describe the image.")],
            [.media(.audio(logMel(frames: 730, seed: 2))), .text("Transcribe the audio.")],
            [.media(.video(patches(t: 3, h: 4, w: 4, seed: 3), secondsPerGrid: 1)), .text("And now?")],
            [
                .media(
                    .videoWithAudio(patches(t: 2, h: 4, w: 4, seed: 4), secondsPerGrid: 1, logMel(frames: 210, seed: 5))
                ),
                .text("Tell me more, in a longer sentence than before."),
            ],
            [.text(String(repeating: "again and again ", count: 20))],
        ].map { try model.prepare([PromptTurn(role: "user", parts: $0)]) }
    }

    static func patches(t: Int, h: Int, w: Int, seed: UInt64) -> VisionPatches {
        VisionPatches(grid: PatchGrid(t: t, h: h, w: w), values: noise(t * h * w * 1536, seed))
    }

    static func logMel(frames: Int, seed: UInt64) -> LogMel {
        LogMel(bins: 128, frames: frames, values: noise(128 * frames, seed))
    }

    private static func noise(_ count: Int, _ seed: UInt64) -> [Float] {
        var state = seed
        return (0..<count).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Float(Int32(truncatingIfNeeded: state >> 32)) * 0x1p-31
        }
    }
}

/// Runs requests through a generator, starting each as soon as there is room.
func generate(
    _ model: OmniModel, _ prompts: [PreparedPrompt], batch: Int, sampling: SamplingParameters = SamplingParameters(),
    maxNewTokens: Int = 10
) throws -> [Int64: Generation] {
    let generator = Generator(model: model, batchSize: batch)
    var waiting = Array(prompts.enumerated())[...]
    var results: [Int64: Generation] = [:]
    while !waiting.isEmpty || generator.activeCount > 0 {
        while generator.hasRoom, let (id, prompt) = waiting.popFirst() {
            try generator.start(
                GenerationRequest(id: Int64(id), prompt: prompt, sampling: sampling, maxNewTokens: maxNewTokens))
        }
        for generation in generator.step() { results[generation.id] = generation }
    }
    return results
}
