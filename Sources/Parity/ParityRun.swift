import Checkpoint
import Engine
import Foundation
import SystemPackage
import Tokenizer

/// Runs a kit of golden cases against this engine: what the reference computed, what we compute, how far apart.
public struct ParityRun {
    private let kit: GoldenKit
    private let threads: Int?

    public init(kit: FilePath, threads: Int? = nil) throws {
        self.kit = try GoldenKit(kit)
        self.threads = threads
    }

    /// Cases of the kit that are about parts this engine does not have.
    public var skipped: [String] { kit.skipped }

    /// Calls `report` for each case as it ends; true if everything was within bounds.
    public func run(report: (CaseReport) -> Void) throws -> Bool {
        var passed = true
        func emit(_ result: CaseReport) {
            passed = passed && result.passed
            report(result)
        }
        let float = try OmniModel(directory: kit.model, precision: .float32, threads: threads)
        if let tokenizer = try compareTokenizer(kit, float.tokenizer) { emit(tokenizer) }
        for media in try compareMedia(kit) { emit(media) }

        let converted = FilePath(NSTemporaryDirectory()).appending("nightreel-parity-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(atPath: converted.string) }
        try Converter(source: kit.model, destination: converted).run()
        let quantized = try OmniModel(directory: converted, precision: .int8, threads: threads)
        emit(try compareIntegerSums(quantized))

        for golden in kit.cases {
            var result = CaseReport(golden.name)
            let inputs = try CaseInputs(golden, kit: kit, preprocessor: float.preprocessor)
            result.add(Check("chat", equal: try renderedChat(golden, float) == golden.description.prompt))
            let prompt = try float.prepare(renderedChat: golden.description.prompt, media: inputs.media)
            try compareInputs(golden, inputs, prompt, into: &result)
            try compareForward(golden, inputs, prompt, model: float, into: &result)
            try compareQuantized(prompt, float: float, quantized: quantized, into: &result)
            emit(result)
        }
        return passed
    }

    private func renderedChat(_ golden: GoldenCase, _ model: OmniModel) throws -> String {
        try model.renderChat(
            golden.description.conversation.map { turn in
                ChatMessage(
                    role: turn.role,
                    content: turn.parts.compactMap { part in
                        switch part.type {
                        case "image": .image
                        case "audio": .audio
                        case "video": .video
                        default: part.text.map { .text($0) }
                        }
                    })
            })
    }
}
