import SystemPackage
import Yams

/// Reads the manifest's top level.
struct JobReader {
    static let keys = ["name", "model", "database", "inputs", "tasks", "limits", "sampling"]

    let manifest: FilePath
    let tree: ManifestTree
    let mistakes: Mistakes

    /// nil, or with mistakes reported: not to be used.
    func read() -> Job? {
        let paths = ManifestPaths(manifest)
        guard
            let root = MappingReader(
                tree.root, owner: "a manifest", keys: Self.keys, tree: tree, mistakes: mistakes)
        else { return nil }
        let name = root.text("name")
        let model = root.text("model").map(paths.resolve)
        let database = root.text("database").map(paths.resolve)
        let inputs = readInputs(root, paths)
        let tasks = readTasks(root)
        VariableCheck(inputs: inputs.map(\.input), mistakes: mistakes).check(tasks)
        return Job(
            manifest: manifest,
            name: name ?? manifest.stem ?? "job",
            model: model,
            database: database ?? paths.defaultDatabase,
            inputs: inputs.map(\.input),
            inputPositions: inputs.map(\.position),
            tasks: tasks.map(\.task))
    }

    private func readInputs(_ root: MappingReader, _ paths: ManifestPaths) -> [(input: Input, position: SourcePosition)]
    {
        guard root.key("inputs") != nil else {
            mistakes.report("inputs is missing; name the files, directories, globs or lists to read.", at: root.node)
            return []
        }
        let reader = InputReader(paths: paths, tree: tree, mistakes: mistakes)
        var inputs: [(input: Input, position: SourcePosition)] = []
        for node in root.list("inputs", of: "paths, globs or lists") ?? [] where !mistakes.isFull {
            guard let input = reader.read(node) else { continue }
            inputs.append((input, SourcePosition(line: node.mark?.line ?? 1, column: node.mark?.column ?? 1)))
        }
        return inputs
    }

    private func readTasks(_ root: MappingReader) -> [ReadTask] {
        let limits = LimitsReader(tree: tree, mistakes: mistakes).read(root.value("limits"), over: Limits())
        let sampling = SamplingReader(tree: tree, mistakes: mistakes).read(root.value("sampling"))
        guard root.key("tasks") != nil else {
            let kinds = TaskKind.allCases.map(\.rawValue).sorted().joined(separator: ", ")
            mistakes.report("tasks is missing; name at least one of \(kinds).", at: root.node)
            return []
        }
        let reader = TaskReader(limits: limits.limits, sampling: sampling ?? .factual, tree: tree, mistakes: mistakes)
        let nodes = root.list("tasks", of: "tasks") ?? []
        var tasks: [ReadTask] = []
        var names: [String: Int] = [:]
        for node in nodes where !mistakes.isFull {
            guard let task = reader.read(node) else { continue }
            let line = node.mark?.line ?? 1
            if let first = names.updateValue(line, forKey: task.task.name) {
                let name = task.task.name
                mistakes.report(
                    "two tasks are called '\(name)' (the other is on line \(first)); give this one another name.",
                    at: task.nameNode)
            }
            tasks.append(task)
        }
        if !tasks.isEmpty, tasks.count == nodes.count { refuseUnused(limits.keys, tasks.map(\.task)) }
        return tasks
    }

    /// A job-wide limit that no task can use was meant for something else.
    private func refuseUnused(_ limits: [(LimitKey, Node)], _ tasks: [JobTask]) {
        for (limit, node) in limits where !tasks.contains(where: { limit.applies(to: $0.kind, media: $0.media) }) {
            mistakes.report(
                "limits.\(limit.rawValue) has no effect: it is for \(limit.subject), and no task looks at any.",
                at: node)
        }
    }
}
