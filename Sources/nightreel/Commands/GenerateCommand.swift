import ArgumentParser
import Engine
import Manifest
import Pipeline
import SystemPackage

struct GenerateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate",
        abstract: "Ask the model once, about files or about nothing.",
        discussion: """
            The model sees the images first, then the sounds, then the videos (with their sound), then the text.
            """)

    @Option(help: ArgumentHelp("The model's directory.", valueName: "dir"))
    var model: String

    @Option(name: .customLong("image"), help: ArgumentHelp("A picture; may be given several times.", valueName: "file"))
    var images: [String] = []

    @Option(name: .customLong("audio"), help: ArgumentHelp("A sound; may be given several times.", valueName: "file"))
    var sounds: [String] = []

    @Option(name: .customLong("video"), help: ArgumentHelp("A video; may be given several times.", valueName: "file"))
    var videos: [String] = []

    @Option(help: ArgumentHelp("The system turn; none by default.", valueName: "text"))
    var system: String?

    @Option(help: ArgumentHelp("Tokens to write at most.", valueName: "n"))
    var maxNewTokens = 1024

    @Option(help: ArgumentHelp("0 takes the likeliest token always.", valueName: "t"))
    var temperature: Float = 0

    @Option(help: ArgumentHelp("Sample among so many likeliest tokens; 0: all.", valueName: "n"))
    var topK = 0

    @Option(help: ArgumentHelp("Sample among the likeliest tokens of this total probability.", valueName: "p"))
    var topP: Float = 1

    @Option(help: ArgumentHelp("Above 1: tokens that were used become less likely.", valueName: "r"))
    var repetitionPenalty: Float = 1

    @Option(help: ArgumentHelp("Seed of the sampling.", valueName: "n"))
    var seed: UInt64 = 0

    @Flag(help: "Print one JSON object in place of the text.")
    var json = false

    @OptionGroup var modelOptions: ModelOptions
    @OptionGroup var global: GlobalOptions

    @Argument(help: "What is asked.")
    var prompt: String

    func validate() throws {
        func refuse(_ name: String, _ value: some CustomStringConvertible, _ rule: String) -> ValidationError {
            ValidationError("--\(name) is \(value); it must be \(rule).")
        }
        if maxNewTokens < 1 { throw refuse("max-new-tokens", maxNewTokens, "at least 1") }
        if !(0...2).contains(temperature) { throw refuse("temperature", temperature, "from 0 to 2") }
        if topK < 0 { throw refuse("top-k", topK, "0 or more") }
        if !(topP > 0 && topP <= 1) { throw refuse("top-p", topP, "above 0 and at most 1") }
        if !(repetitionPenalty > 0 && repetitionPenalty <= 10) {
            throw refuse("repetition-penalty", repetitionPenalty, "above 0 and at most 10")
        }
    }

    func run() throws {
        try reportingErrors {
            BrokenPipe.endsProcess()
            let logger = global.makeLogger()
            let loaded = try modelOptions.load(absolutePath(FilePath(model)))
            let media =
                images.map { (type: MediaType.image, path: FilePath($0)) }
                + sounds.map { (type: MediaType.audio, path: FilePath($0)) }
                + videos.map { (type: MediaType.video, path: FilePath($0)) }
            let turns = try PromptAssembly(system: system, media: media, prompt: prompt)
                .turns(settings: FeatureSettings(loaded.preprocessor), logger: logger)
            let generation = try generate(loaded.prepare(turns), with: loaded)
            if json {
                Terminal.printOutput(jsonLine(GenerationReport(generation)))
            } else {
                Terminal.printOutput("")
                warn(about: generation.finishReason)
            }
        }
    }

    private func generate(_ prompt: PreparedPrompt, with model: OmniModel) throws -> Generation {
        let generator = Generator(model: model, batchSize: 1)
        let sampling = SamplingParameters(
            temperature: temperature, topK: topK, topP: topP, repetitionPenalty: repetitionPenalty, seed: seed)
        let show: (Int64, String) -> Void = { if !json { Terminal.writeOutput($1) } }
        try generator.start(
            GenerationRequest(id: 0, prompt: prompt, sampling: sampling, maxNewTokens: maxNewTokens), onToken: show)
        while generator.activeCount > 0 {
            if let generation = generator.step(onToken: show).first { return generation }
        }
        throw EngineError("The engine ended without an answer.")
    }

    private func warn(about reason: FinishReason) {
        switch reason {
        case .stop: break
        case .length: Terminal.printError("Cut off after \(maxNewTokens) tokens; --max-new-tokens allows more.")
        case .looped: Terminal.printError("Stopped: the text repeated itself.")
        }
    }
}

/// What `generate --json` prints.
private struct GenerationReport: Encodable {
    var text: String
    var finishReason: String
    var meanLogProbability: Double
    var promptTokens, mediaTokens, newTokens: Int
    var encodeSeconds, prefillSeconds, generateSeconds: Double

    init(_ generation: Generation) {
        text = generation.text
        finishReason = generation.finishReason.rawValue
        meanLogProbability = generation.meanLogProbability
        promptTokens = generation.promptTokens
        mediaTokens = generation.mediaTokens
        newTokens = generation.tokens.count
        encodeSeconds = generation.encodeSeconds
        prefillSeconds = generation.prefillSeconds
        generateSeconds = generation.decodeSeconds
    }
}
