/// Holds the prompts' variables against the columns that the job's lists have.
///
/// A list that cannot be read, or is too long to know all its columns, makes everything possible: then a file without
/// the variable fails when its turn comes.
struct VariableCheck {
    let inputs: [Input]
    let mistakes: Mistakes

    func check(_ tasks: [ReadTask]) {
        let asking = tasks.filter { task in
            task.promptNode != nil && task.task.prompts.values.contains { !PromptTemplate($0).variables.isEmpty }
        }
        guard !asking.isEmpty, let columns = columns() else { return }
        for task in asking {
            guard let node = task.promptNode, let prompt = task.task.prompts.values.first else { continue }
            for name in PromptTemplate(prompt).variables where !columns.contains(name) {
                mistakes.report("prompt asks for {\(name)}, \(explain(name, columns))", at: node)
            }
        }
    }

    private func explain(_ name: String, _ columns: Set<String>) -> String {
        guard !columns.isEmpty else {
            return "but no input is a CSV or JSONL list with such a column; write {{ and }} for braces."
        }
        let names = columns.sorted()
        let shown = names.prefix(20).joined(separator: ", ") + (names.count > 20 ? ", ..." : "")
        return "which is no column of the lists.\(Suggestion.words(for: name, among: names)) Columns: \(shown)."
    }

    /// nil: not known.
    private func columns() -> Set<String>? {
        var all: Set<String> = []
        for case .list(let path, let format, let pathColumn, let idColumn) in inputs {
            let list = ListFile(path: path, format: format, pathColumn: pathColumn, idColumn: idColumn)
            guard let columns = list.variableNames() else { return nil }
            all.formUnion(columns)
        }
        return all
    }
}
