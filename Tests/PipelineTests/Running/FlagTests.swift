import Engine
import Testing

@testable import Pipeline

@Suite struct FlagTests {
    private func flags(
        _ text: String, _ reason: FinishReason, logProbability: Double = -0.1, media: Set<String> = []
    ) -> [String] {
        let answer = UnitAnswer(
            id: 1, text: text, finishReason: reason, meanLogProbability: logProbability, promptTokens: 1,
            mediaTokens: 1, newTokens: 1)
        return unitFlags(media: media, answer: answer, text: text)
    }

    @Test("a sound answer has no flags")
    func none() {
        #expect(flags("fine", .stop).isEmpty)
    }

    @Test("what is wrong with an answer or its media is flagged, in order")
    func all() {
        #expect(flags("la la", .looped) == ["looped"])
        #expect(flags("and then", .length, logProbability: -1.5) == ["cut_off", "low_confidence"])
        #expect(flags("", .stop, media: ["truncated"]) == ["empty", "truncated"])
    }
}
