import Archive
import Features
import Manifest

/// Sound shorter than this has nothing to transcribe.
let shortestSound = 0.1

/// A task's recipe for one medium and the units to plan under it.
struct TaskPlan: Equatable {
    var recipe: RecipeRecord
    var units: [PlannedUnit]
}

/// The sound's spans by segmentation key, or why it could not be cut.
struct SoundSpans: Equatable, Sendable {
    var spans: [String: [Span]] = [:]
    var errorClass: String?
    var error: String?
}

/// What `tasks` ask of one medium: units with spans, or one failed or skipped unit with its reason. Pure.
func planUnits(
    media: MediaRecord, tasks: [JobTask], variables: [String: String], sound: SoundSpans
) -> [TaskPlan] {
    tasks.compactMap { task -> TaskPlan? in
        guard let (type, modality) = applicability(of: task, to: media.mediaType) else { return nil }
        let prompt: String
        do throws(MissingVariable) {
            prompt = try task.renderedPrompt(for: type, variables: variables)
        } catch {
            let message = "the prompt of task '\(task.name)' needs {\(error.name)}, which nothing gives for this file"
            let recipe = RecipeRecord(task: task, prompt: "", modality: modality)
            return TaskPlan(recipe: recipe, units: [.whole(.failed, "missing_variable", message)])
        }
        let recipe = RecipeRecord(task: task, prompt: prompt, modality: modality)
        if let errorClass = media.errorClass {
            return TaskPlan(recipe: recipe, units: [.whole(.failed, errorClass, media.error ?? errorClass)])
        }
        return TaskPlan(recipe: recipe, units: units(of: task, modality: modality, media: media, sound: sound))
    }
}

/// The media type a task is planned for. A file of unknown type concerns every task.
private func applicability(of task: JobTask, to type: MediaType?) -> (MediaType, Modality)? {
    if let type {
        guard task.media.contains(type) else { return nil }
        return Modality(kind: task.kind, media: type).map { (type, $0) }
    }
    for type in MediaType.allCases where task.media.contains(type) {
        if let modality = Modality(kind: task.kind, media: type) { return (type, modality) }
    }
    return nil
}

private func units(of task: JobTask, modality: Modality, media: MediaRecord, sound: SoundSpans) -> [PlannedUnit] {
    let segmentation = Segmentation(modality, seconds: task.limits.segmentSeconds)
    switch segmentation {
    case .whole:
        return [PlannedUnit(start: 0, end: 0)]
    case .fixed(let seconds):
        // A stream of one frame may say that it lasts no time at all.
        let duration = media.duration > 0 ? media.duration : 0.04
        return fixedSpans(duration: duration, length: seconds).map { PlannedUnit(start: $0.start, end: $0.end) }
    case .quiet:
        guard media.hasSound else {
            return [.whole(.skipped, "no_audio", "the video has no sound")]
        }
        if let errorClass = sound.errorClass {
            return [.whole(.failed, errorClass, sound.error ?? errorClass)]
        }
        let spans = segmentation.key.flatMap { sound.spans[$0] } ?? []
        let seconds = spans.last?.end ?? 0
        guard seconds >= shortestSound else {
            let reason = "the sound is shorter than \(shortestSound) s"
            return [PlannedUnit(start: 0, end: seconds, status: .skipped, errorClass: "too_short", error: reason)]
        }
        return spans.map { PlannedUnit(start: $0.start, end: $0.end) }
    }
}

/// Lengths at which the sound of `media` must be cut, with the archive's key for each; ascending.
func soundCuts(media: MediaRecord, tasks: [JobTask]) -> [(key: String, seconds: Double)] {
    guard let type = media.mediaType, media.errorClass == nil, media.hasSound else { return [] }
    let lengths = tasks.compactMap { task -> Double? in
        guard task.media.contains(type), Modality(kind: task.kind, media: type) == .sound else { return nil }
        return task.limits.segmentSeconds
    }
    return Set(lengths).sorted().compactMap { length in
        Segmentation.quiet(seconds: length).key.map { ($0, length) }
    }
}

extension PlannedUnit {
    fileprivate static func whole(_ status: UnitStatus, _ errorClass: String, _ error: String) -> PlannedUnit {
        PlannedUnit(start: 0, end: 0, status: status, errorClass: errorClass, error: error)
    }
}
