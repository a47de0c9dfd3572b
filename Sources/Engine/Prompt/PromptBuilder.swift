import Checkpoint
import Features

/// Expands media placeholders and gives every token its position (get_rope_index and the processor's placeholder rules
/// of transformers' Qwen3-Omni).
///
/// Text and sound take one position after the other on all three axes. An image keeps its time and spreads over rows and
/// columns; a video's slices stand `secondsPerGrid` apart on a clock of `positionsPerSecond`. What follows starts after
/// the largest position so far.
struct PromptBuilder {
    let tokens: ModelConfiguration.TokenIDs
    let positionsPerSecond: Double
    let mergeSize: Int
    private var prompt = PreparedPrompt()

    init(tokens: ModelConfiguration.TokenIDs, positionsPerSecond: Double, mergeSize: Int) {
        self.tokens = tokens
        self.positionsPerSecond = positionsPerSecond
        self.mergeSize = mergeSize
    }

    /// `template`: tokens of the rendered chat, each medium a start marker, one placeholder and an end marker.
    static func build(
        template: [Int], media: [MediaFeatures], tokens: ModelConfiguration.TokenIDs, positionsPerSecond: Double,
        mergeSize: Int
    ) throws(EngineError) -> PreparedPrompt {
        var builder = PromptBuilder(tokens: tokens, positionsPerSecond: positionsPerSecond, mergeSize: mergeSize)
        var remaining = media[...]
        var index = 0
        while index < template.count {
            let token = template[index]
            defer { index += 1 }
            guard [tokens.image, tokens.video, tokens.audio].contains(token) else {
                builder.appendText(token)
                continue
            }
            guard let features = remaining.popFirst(), builder.placeholder(of: features) == token else {
                throw EngineError("the chat template does not place the media in the order of the prompt")
            }
            builder.append(features)
        }
        guard remaining.isEmpty else { throw EngineError("the chat template leaves \(remaining.count) media out") }
        return builder.prompt
    }

    private func placeholder(of features: MediaFeatures) -> Int {
        switch features {
        case .image: tokens.image
        case .video, .videoWithAudio: tokens.video
        case .audio: tokens.audio
        }
    }

    private mutating func append(_ features: MediaFeatures) {
        prompt.media.append(PlacedMedia(features: features))
        switch features {
        case .image(let patches): appendVisual(tokens.image, slices(patches.grid, secondsPerGrid: 0))
        case .video(let patches, let seconds):
            appendVisual(tokens.video, slices(patches.grid, secondsPerGrid: seconds))
        case .audio(let mel): appendAudio(audioTokenCount(melFrames: mel.frames))
        case .videoWithAudio(let patches, let seconds, let mel):
            appendText(tokens.audioStart)
            appendInterleaved(
                slices(patches.grid, secondsPerGrid: seconds), audioCount: audioTokenCount(melFrames: mel.frames))
            appendText(tokens.audioEnd)
        }
    }

    /// Positions of each temporal slice, relative to the medium's start.
    private func slices(_ grid: PatchGrid, secondsPerGrid: Double) -> [[Position]] {
        (0..<grid.t).map { t in
            let time = Float(t) * Float(secondsPerGrid) * Float(positionsPerSecond)
            return (0..<grid.h / mergeSize).flatMap { row in
                (0..<grid.w / mergeSize).map { Position(t: time, h: Float(row), w: Float($0)) }
            }
        }
    }

    private mutating func appendText(_ token: Int) { append(token, Position(prompt.nextPosition)) }

    private mutating func appendVisual(_ token: Int, _ slices: [[Position]]) {
        let start = prompt.nextPosition
        for position in slices.joined() { appendVisual(token, position, start: start) }
    }

    private mutating func appendAudio(_ count: Int) {
        let start = prompt.nextPosition
        for index in 0..<count { appendAudio(index, start: start) }
    }

    /// Slices and sound tokens merged by time, a slice first where both are due.
    private mutating func appendInterleaved(_ slices: [[Position]], audioCount: Int) {
        let start = prompt.nextPosition
        var audio = 0
        for slice in slices {
            while audio < audioCount, Float(audio) < slice[0].t {
                appendAudio(audio, start: start)
                audio += 1
            }
            for position in slice { appendVisual(tokens.video, position, start: start) }
        }
        for index in audio..<audioCount { appendAudio(index, start: start) }
    }

    private mutating func appendVisual(_ token: Int, _ position: Position, start: Float) {
        prompt.media[prompt.media.count - 1].visualTokens.append(prompt.tokens.count)
        append(token, Position(t: start + position.t, h: start + position.h, w: start + position.w))
    }

    private mutating func appendAudio(_ index: Int, start: Float) {
        prompt.media[prompt.media.count - 1].audioTokens.append(prompt.tokens.count)
        append(tokens.audio, Position(start + Float(index)))
    }

    private mutating func append(_ token: Int, _ position: Position) {
        prompt.tokens.append(token)
        prompt.positions.append(position)
        prompt.nextPosition = max(prompt.nextPosition, position.largest + 1)
    }
}
