import Yams

/// A task with the nodes that later checks point at.
struct ReadTask {
    var task: JobTask
    var nameNode: Node
    /// The prompt that the manifest gives, if it does.
    var promptNode: Node?
}

/// Reads one item of `tasks`: a task's name, or a mapping with the key `task`.
struct TaskReader {
    static let keys = ["task", "name", "prompt", "system", "media", "language", "limits", "sampling"]

    /// The job's defaults.
    let limits: Limits
    let sampling: Sampling
    let tree: ManifestTree
    let mistakes: Mistakes

    /// nil: reported.
    func read(_ node: Node) -> ReadTask? {
        guard case .mapping = node else { return readName(node) }
        // A frequent slip: '- caption: {prompt: ...}'.
        var hasKindAsKey = false
        guard
            let reader = MappingReader(
                node, owner: "a task", keys: Self.keys, tree: tree, mistakes: mistakes,
                unknown: { key in
                    guard TaskKind(rawValue: key) != nil else { return nil }
                    hasKindAsKey = true
                    return " Write 'task: \(key)'."
                })
        else { return nil }
        guard reader.key("task") != nil else {
            if !hasKindAsKey { mistakes.report("a task needs the key 'task': \(Self.kinds).", at: node) }
            return readValues(reader, kind: nil)
        }
        return readValues(reader, kind: reader.choice("task", noun: "task", plural: "Tasks"))
    }

    private static var kinds: String {
        TaskKind.allCases.map(\.rawValue).sorted().joined(separator: ", ")
    }

    private func readName(_ node: Node) -> ReadTask? {
        guard case .scalar = node else {
            mistakes.report(
                "a task is \(node.words); it must be a task's name or a mapping with the key 'task'.", at: node)
            return nil
        }
        guard let kind: TaskKind = ScalarReader(mistakes).choice(node, label: "a task", noun: "task", plural: "Tasks")
        else { return nil }
        if kind == .ask {
            mistakes.report("ask needs a prompt: write '- task: ask' and below it 'prompt: ...'.", at: node)
            return nil
        }
        return ReadTask(task: task(kind, reader: nil, prompt: nil, media: kind.media), nameNode: node)
    }

    /// Everything is looked at even if the kind is unknown, so that all mistakes are told.
    private func readValues(_ reader: MappingReader, kind: TaskKind?) -> ReadTask? {
        let media = readMedia(reader, kind)
        let prompt = readPrompt(reader, kind)
        let language = readLanguage(reader, kind)
        let read = LimitsReader(tree: tree, mistakes: mistakes).read(reader.value("limits"), over: limits)
        let sampling = SamplingReader(tree: tree, mistakes: mistakes).read(reader.value("sampling"))
        let name = readTaskName(reader)
        let system = reader.text("system")
        guard let kind else { return nil }
        let used = media ?? kind.media
        if media != nil || reader.value("media") == nil { refuseIdle(read.keys, kind, used) }
        var result = task(kind, reader: reader, prompt: prompt, media: used, language: language)
        result.name = name ?? kind.rawValue
        result.system = system
        result.limits = read.limits
        result.sampling = sampling ?? self.sampling
        let nameNode = reader.value("name") ?? reader.value("task") ?? reader.node
        return ReadTask(task: result, nameNode: nameNode, promptNode: reader.value("prompt"))
    }

    private func task(
        _ kind: TaskKind, reader: MappingReader?, prompt: String?, media: Set<MediaType>, language: String? = nil
    ) -> JobTask {
        var prompts: [MediaType: String] = [:]
        for medium in media {
            prompts[medium] = prompt ?? kind.builtInPrompt(for: medium, language: language ?? "English")
        }
        return JobTask(
            kind: kind, name: kind.rawValue, prompts: prompts, system: nil, media: media, limits: limits,
            sampling: sampling)
    }

    /// Names end up in file names, columns and on command lines.
    private func readTaskName(_ reader: MappingReader) -> String? {
        guard let name = reader.text("name"), let node = reader.value("name") else { return nil }
        if name.wholeMatch(of: /[A-Za-z0-9][A-Za-z0-9._-]{0,63}/) != nil { return name }
        mistakes.report(
            "the name '\(name.clipped)' does not fit: a task's name has up to 64 letters (a-z), digits, '.', '_' and "
                + "'-', and begins with a letter or digit.", at: node)
        return nil
    }

    private func readPrompt(_ reader: MappingReader, _ kind: TaskKind?) -> String? {
        if kind == .ask, reader.key("prompt") == nil {
            mistakes.report("ask needs a prompt.", at: reader.node)
        }
        // The Captioner checkpoint takes audio without any text.
        guard let prompt = reader.text("prompt", allowsEmpty: kind == .describeAudio),
            let node = reader.value("prompt")
        else { return nil }
        if let mistake = PromptTemplate(prompt).mistake { mistakes.report("prompt \(mistake).", at: node) }
        return prompt
    }

    private func readLanguage(_ reader: MappingReader, _ kind: TaskKind?) -> String? {
        guard let language = reader.text("language"), let node = reader.value("language"),
            let key = reader.key("language")
        else { return nil }
        if let kind, kind != .transcribe {
            mistakes.report("language has no effect on \(kind.rawValue); only transcribe takes it.", at: key)
        } else if reader.key("prompt") != nil {
            mistakes.report("language has no effect beside a prompt; name the language in the prompt.", at: key)
        }
        if language.count < 3 || language.contains(where: { "{}".contains($0) || $0.isNewline }) {
            mistakes.report(
                "language is '\(language.clipped)'; write the language's English name, such as German.", at: node)
            return nil
        }
        return language
    }

    /// nil: absent or reported.
    private func readMedia(_ reader: MappingReader, _ kind: TaskKind?) -> Set<MediaType>? {
        guard let nodes = reader.list("media", of: "image, video and audio") else { return nil }
        var media: Set<MediaType> = []
        var isWrong = false
        for node in nodes where !mistakes.isFull {
            guard
                let medium: MediaType = ScalarReader(mistakes).choice(
                    node, label: "media", noun: "medium", plural: "Media")
            else {
                isWrong = true
                continue
            }
            if let kind, !kind.allowedMedia.contains(medium) {
                let allowed = kind.allowedMedia.map(\.rawValue).sorted().joined(separator: ", ")
                mistakes.report("\(kind.rawValue) does not take \(medium.rawValue). It takes: \(allowed).", at: node)
                isWrong = true
            }
            if !media.insert(medium).inserted {
                mistakes.report("media names \(medium.rawValue) twice.", at: node)
            }
        }
        return isWrong ? nil : media
    }

    /// An option that would be ignored is refused.
    private func refuseIdle(_ limits: [(LimitKey, Node)], _ kind: TaskKind, _ media: Set<MediaType>) {
        let names = media.map(\.rawValue).sorted().joined(separator: " and ")
        for (limit, node) in limits where !limit.applies(to: kind, media: media) {
            let why = kind.sees ? "this \(kind.rawValue) takes \(names)" : "\(kind.rawValue) only hears"
            mistakes.report(
                "limits.\(limit.rawValue) has no effect here: it is for \(limit.subject), and \(why).", at: node)
        }
    }
}
