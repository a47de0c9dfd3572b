import Archive
import Manifest
import Testing

@testable import Pipeline

@Suite struct RecipeTests {
    private func recipe(_ modality: Modality, change: (inout JobTask) -> Void = { _ in }) -> RecipeRecord {
        var task = JobTask.make(.ask)
        change(&task)
        return RecipeRecord(task: task, prompt: "What?", modality: modality)
    }

    @Test("the number of frames belongs to the recipes of films, not to those of sound and pictures")
    func maxFrames() {
        let change: (inout JobTask) -> Void = { $0.limits.maxFrames = 99 }
        #expect(recipe(.framesAndSound).hash != recipe(.framesAndSound, change: change).hash)
        #expect(recipe(.sound).hash == recipe(.sound, change: change).hash)
        #expect(recipe(.image).hash == recipe(.image, change: change).hash)
    }

    @Test("name, prompt, system turn, sampling and new tokens belong to every recipe")
    func identity() {
        let changes: [(inout JobTask) -> Void] = [
            { $0.name = "other" }, { $0.system = "Be brief." }, { $0.sampling.seed = 7 },
            { $0.limits.maxNewTokens = 5 },
        ]
        for modality in [Modality.image, .frames, .sound] {
            let hashes = changes.map { recipe(modality, change: $0).hash } + [recipe(modality).hash]
            #expect(Set(hashes).count == changes.count + 1)
        }
        let asked = RecipeRecord(task: .make(.ask), prompt: "Why?", modality: .image)
        #expect(asked.hash != recipe(.image).hash)
    }

    @Test("what the database keeps of a recipe is all that running it needs")
    func roundTrip() throws {
        var task = JobTask.make(.caption)
        task.system = "Be \"brief\"."
        task.sampling = .creative
        task.limits.maxFramePixels = 65_536
        let settings = RecipeSettings(task, modality: .frames)
        #expect(try RecipeSettings(json: settings.json) == settings)
        #expect(settings.json.hasPrefix(#"{"frames_per_second":2,"max_frames":8,"max_new_tokens":1024"#))
    }
}
