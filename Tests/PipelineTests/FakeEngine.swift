import Engine
import Foundation
import Pipeline
import Synchronization

/// What the fake makes of turns: the text it was asked and a digest of what it was shown.
struct FakePrompt: Sendable {
    var asked: String
    var digest: UInt64
}

/// Counts what it prepares; a prompt with the word "unpreparable" is refused.
final class FakePreparer: PromptPreparer {
    let prepared = Atomic<Int>(0)

    func prepare(_ turns: [PromptTurn]) throws -> FakePrompt {
        prepared.add(1, ordering: .relaxed)
        var prompt = FakePrompt(asked: "", digest: 0xcbf2_9ce4_8422_2325)
        for part in turns.flatMap(\.parts) {
            switch part {
            case .text(let text): prompt.asked += text
            case .media(.image(let patches)): prompt.show(patches.values)
            case .media(.audio(let mel)): prompt.show(mel.values)
            case .media(.video(let patches, let grid)): prompt.show(patches.values + [Float(grid)])
            case .media(.videoWithAudio(let patches, let grid, let mel)):
                prompt.show(patches.values + [Float(grid)] + mel.values)
            }
        }
        if prompt.asked.contains("unpreparable") { throw EngineError("the prompt is unpreparable") }
        return prompt
    }
}

extension FakePrompt {
    fileprivate mutating func show(_ values: [Float]) {
        for value in values { digest = (digest ^ UInt64(value.bitPattern)) &* 0x0000_0100_0000_01b3 }
    }
}

/// Answers with what it was shown, after a number of steps that depends on it.
final class FakeEngine: UnitEngine {
    let preparer = FakePreparer()
    let batchSize: Int
    private(set) var started = 0
    /// Largest lead of preparing over starting that was seen.
    private(set) var largestLead = 0
    private(set) var processedTokens = 0
    private var active: [(id: Int64, prompt: FakePrompt, stepsLeft: Int)] = []
    /// Called before every step with the number of units started so far.
    var onStep: (Int) -> Void = { _ in }

    init(batchSize: Int = 4) {
        self.batchSize = batchSize
    }

    var activeCount: Int { active.count }
    var hasRoom: Bool { active.count < batchSize }

    func start(id: Int64, prompt: FakePrompt, sampling: SamplingParameters, maxNewTokens: Int) throws {
        largestLead = max(largestLead, preparer.prepared.load(ordering: .relaxed) - started)
        started += 1
        if prompt.asked.contains("too long") { throw EngineError("the prompt does not fit") }
        active.append((id, prompt, 1 + Int(prompt.digest % 5)))
    }

    func step() -> [UnitAnswer] {
        onStep(started)
        processedTokens += active.count
        for index in active.indices { active[index].stepsLeft -= 1 }
        let over = active.filter { $0.stepsLeft == 0 }
        active.removeAll { $0.stepsLeft == 0 }
        return over.map { unit in
            UnitAnswer(
                id: unit.id, text: " \(unit.prompt.asked) \(String(unit.prompt.digest, radix: 16))\n",
                finishReason: .stop, meanLogProbability: -0.25, promptTokens: 10, mediaTokens: 5, newTokens: 3)
        }
    }

    func cancelAll() { active.removeAll() }
}
