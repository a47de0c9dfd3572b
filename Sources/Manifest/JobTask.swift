/// One task of a job, all defaults resolved.
public struct JobTask: Sendable, Equatable {
    public var kind: TaskKind
    /// Unique in the job; the kind's name unless given. What exports and the database call the task.
    public var name: String
    /// One for each of `media` (built-in prompts differ by medium). May hold {variables} filled from list-file columns.
    public var prompts: [MediaType: String]
    public var system: String?
    public var media: Set<MediaType>
    public var limits: Limits
    public var sampling: Sampling

    public init(
        kind: TaskKind, name: String, prompts: [MediaType: String], system: String?, media: Set<MediaType>,
        limits: Limits, sampling: Sampling
    ) {
        self.kind = kind
        self.name = name
        self.prompts = prompts
        self.system = system
        self.media = media
        self.limits = limits
        self.sampling = sampling
    }

    /// The same prompt for all media.
    public init(
        kind: TaskKind, name: String, prompt: String, system: String?, media: Set<MediaType>, limits: Limits,
        sampling: Sampling
    ) {
        self.init(
            kind: kind, name: name, prompts: Dictionary(uniqueKeysWithValues: media.map { ($0, prompt) }),
            system: system, media: media, limits: limits, sampling: sampling)
    }

    /// The prompt for a medium with {name} replaced; `{{` and `}}` stand for braces. Empty for a medium that is not
    /// the task's. Throws the missing variable's name.
    public func renderedPrompt(
        for media: MediaType, variables: [String: String]
    ) throws(MissingVariable) -> String {
        try PromptTemplate(prompts[media, default: ""]).rendered(variables)
    }
}
