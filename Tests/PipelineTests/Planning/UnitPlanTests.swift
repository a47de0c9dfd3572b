import Archive
import Features
import Manifest
import Testing

@testable import Pipeline

@Suite struct UnitPlanTests {
    private let film = MediaRecord(hash: "f", bytes: 1, kind: "video", duration: 70, videoCodec: "h264")
    private let spans = SoundSpans(spans: ["quiet:30.0:5.0": [Span(start: 0, end: 28), Span(start: 28, end: 40)]])

    @Test("a film without sound has nothing to transcribe, and says so")
    func noSound() {
        let plans = planUnits(media: film, tasks: [.make(.transcribe)], variables: [:], sound: SoundSpans())
        #expect(plans.map(\.units) == [[skipped("no_audio", "the video has no sound", end: 0)]])
    }

    @Test("frames are cut at fixed marks, sound where it is quiet")
    func spansByModality() {
        var film = film
        film.audioCodec = "aac"
        let plans = planUnits(
            media: film, tasks: [.make(.caption), .make(.transcribe)], variables: [:], sound: spans)
        #expect(plans[0].units.map(\.start) == [0, 30, 60])
        #expect(plans[1].units.map(\.start) == [0, 28])
        #expect(plans[1].units.last?.end == 40)
    }

    @Test("sound below a tenth of a second is skipped as too short")
    func tooShort() {
        let media = MediaRecord(hash: "s", bytes: 1, kind: "audio", duration: 0.05, audioCodec: "pcm")
        let sound = SoundSpans(spans: ["quiet:30.0:5.0": [Span(start: 0, end: 0.05)]])
        let plans = planUnits(media: media, tasks: [.make(.transcribe)], variables: [:], sound: sound)
        #expect(plans[0].units.map(\.errorClass) == ["too_short"])
        #expect(plans[0].units.map(\.end) == [0.05])
    }

    @Test("a broken file fails once for every task that its extension promised work for")
    func broken() {
        let tasks: [JobTask] = [.make(.caption), .make(.transcribe), .make(.ask)]
        func tasksFailed(kind: String?) -> [String] {
            let media = MediaRecord(hash: "x", bytes: 1, kind: kind, errorClass: "not_media", error: "not media")
            return planUnits(media: media, tasks: tasks, variables: [:], sound: SoundSpans())
                .filter { $0.units.map(\.status) == [.failed] }.map(\.recipe.task)
        }
        #expect(tasksFailed(kind: "image") == ["caption", "ask"])
        #expect(tasksFailed(kind: "audio") == ["transcribe", "ask"])
        #expect(tasksFailed(kind: nil) == ["caption", "transcribe", "ask"])
    }

    @Test("a task that does not apply plans nothing")
    func doesNotApply() {
        let image = MediaRecord(hash: "i", bytes: 1, kind: "image")
        #expect(planUnits(media: image, tasks: [.make(.transcribe)], variables: [:], sound: SoundSpans()).isEmpty)
    }

    @Test("a prompt whose variable is missing fails with the variable's name")
    func missingVariable() throws {
        let image = MediaRecord(hash: "i", bytes: 1, kind: "image")
        let task = JobTask.make(.ask, prompt: "Is this {name}?")
        let failed = planUnits(media: image, tasks: [task], variables: [:], sound: SoundSpans())
        #expect(failed[0].units[0].errorClass == "missing_variable")
        #expect(failed[0].units[0].error?.contains("{name}") == true)
        let given = planUnits(media: image, tasks: [task], variables: ["name": "Ann"], sound: SoundSpans())
        #expect(given[0].recipe.prompt == "Is this Ann?")
        #expect(given[0].units == [PlannedUnit(start: 0, end: 0)])
    }

    private func skipped(_ errorClass: String, _ reason: String, end: Double) -> PlannedUnit {
        PlannedUnit(start: 0, end: end, status: .skipped, errorClass: errorClass, error: reason)
    }
}
