import Foundation
import Testing

@testable import Engine

@Suite("Sampling")
struct SamplingTests {
    private let logits: [Float] = [1, 4, 2, 4, -3, 0.5]

    private func draw(_ parameters: SamplingParameters, prompt: [Int] = [], count: Int = 1) -> [Int] {
        var sampler = Sampler(parameters, prompt: prompt)
        return (0..<count).map { _ in
            var copy = logits
            return copy.withUnsafeMutableBufferPointer { sampler.next($0).token }
        }
    }

    @Test("greedy takes the largest logit, the lower id of equals")
    func greedy() { #expect(draw(SamplingParameters()) == [1]) }

    @Test("the log-probability is the model's own, whatever penalty and temperature")
    func logProbability() {
        var sampler = Sampler(SamplingParameters(repetitionPenalty: 2), prompt: [1])
        var copy = logits
        let chosen = copy.withUnsafeMutableBufferPointer { sampler.next($0) }
        #expect(chosen.token == 3)
        #expect(abs(chosen.logProbability - (4 - logits.withUnsafeBufferPointer(logSumExp))) < 1e-9)
    }

    @Test("a repetition penalty divides positive logits and multiplies negative ones")
    func penalty() {
        #expect(draw(SamplingParameters(repetitionPenalty: 4), prompt: [1, 3]) == [2])
        var sampler = Sampler(SamplingParameters(repetitionPenalty: 4), prompt: [])
        var tokens: [Int] = []
        for _ in 0..<3 {
            var copy = logits
            tokens.append(copy.withUnsafeMutableBufferPointer { sampler.next($0).token })
        }
        #expect(tokens == [1, 3, 2])
    }

    @Test("top-k leaves out all but k, top-p all but the mass")
    func truncation() {
        let topK = draw(SamplingParameters(temperature: 5, topK: 2), count: 200)
        #expect(Set(topK) == [1, 3])
        let topP = draw(SamplingParameters(temperature: 1, topP: 0.4), count: 200)
        #expect(Set(topP) == [1])
    }

    @Test("draws follow the softmax and repeat with their seed")
    func distribution() {
        let parameters = SamplingParameters(temperature: 1, seed: 7)
        let draws = draw(parameters, count: 4000)
        #expect(draws == draw(parameters, count: 4000))
        #expect(draws != draw(SamplingParameters(temperature: 1, seed: 8), count: 4000))
        let total = logits.withUnsafeBufferPointer(logSumExp)
        for (token, logit) in logits.enumerated() {
            let share = Double(draws.filter { $0 == token }.count) / 4000
            #expect(abs(share - exp(Double(logit) - total)) < 0.03)
        }
    }

    @Test("endless repetition is a loop; a list, a ruler of dashes and a refrain are not")
    func loops() {
        let detector = LoopDetector()
        let words = Array(1...40)
        #expect(detector.isLooping(words + Array(repeating: 5, count: 60)))
        #expect(detector.isLooping(words + (0..<20).flatMap { _ in [7, 8, 9, 10, 11] }))
        #expect(!detector.isLooping(words + Array(repeating: 5, count: 30)))
        #expect(!detector.isLooping(words + (0..<4).flatMap { _ in words }))
        #expect(!detector.isLooping((0..<40).flatMap { [1, 2, $0 + 10] }))
        #expect(!detector.isLooping([]))
    }
}
