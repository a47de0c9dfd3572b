/// A task with prompt, sampling and limits as run; `hash` names it. `settings` is canonical JSON of the rest.
public struct RecipeRecord: Sendable, Equatable {
    public var hash: String
    /// The task's name in the manifest.
    public var task: String
    /// caption, transcribe, describe_audio, ask
    public var kind: String
    public var prompt: String
    public var settings: String

    public init(hash: String, task: String, kind: String, prompt: String, settings: String) {
        self.hash = hash
        self.task = task
        self.kind = kind
        self.prompt = prompt
        self.settings = settings
    }
}
