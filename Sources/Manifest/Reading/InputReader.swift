import SystemPackage
import Yams

/// Reads one item of `inputs`: a path or glob as plain text, or a mapping with one of path, glob and list.
struct InputReader {
    static let keys = ["path", "recursive", "glob", "list", "format", "path_column", "id_column"]

    let paths: ManifestPaths
    let tree: ManifestTree
    let mistakes: Mistakes

    /// nil: reported.
    func read(_ node: Node) -> Input? {
        guard case .mapping = node else {
            return ScalarReader(mistakes).text(node, label: "an input").map {
                GlobPattern.hasWildcards($0) ? .glob($0) : .path(paths.resolve($0), recursive: true)
            }
        }
        guard let reader = MappingReader(node, owner: "an input", keys: Self.keys, tree: tree, mistakes: mistakes)
        else { return nil }
        let kinds = ["path", "glob", "list"].filter { reader.key($0) != nil }
        guard kinds.count == 1 else {
            let found = kinds.isEmpty ? "none of them" : kinds.joined(separator: " and ")
            mistakes.report("an input has one of path, glob and list; this one has \(found).", at: node)
            return nil
        }
        switch kinds[0] {
        case "path": return readPath(reader)
        case "glob": return readGlob(reader)
        default: return readList(reader)
        }
    }

    private func readPath(_ reader: MappingReader) -> Input? {
        refuse(["format", "path_column", "id_column"], beside: "path", onlyFor: "list", reader)
        let recursive = reader.flag("recursive")
        return reader.text("path").map { .path(paths.resolve($0), recursive: recursive ?? true) }
    }

    private func readGlob(_ reader: MappingReader) -> Input? {
        refuse(["format", "path_column", "id_column"], beside: "glob", onlyFor: "list", reader)
        refuse(["recursive"], beside: "glob", onlyFor: "path", reader)
        return reader.text("glob").map { .glob($0) }
    }

    private func readList(_ reader: MappingReader) -> Input? {
        refuse(["recursive"], beside: "list", onlyFor: "path", reader)
        let format: ListFormat? = reader.choice("format", noun: "list format", plural: "Formats")
        let pathColumn = reader.text("path_column")
        let idColumn = reader.text("id_column")
        guard let path = reader.text("list").map(paths.resolve),
            format != nil || reader.value("format") == nil
        else { return nil }
        let used = format ?? ListFormat(ofExtension: path.extension ?? "")
        if used == .lines {
            for name in ["path_column", "id_column"] {
                guard let key = reader.key(name) else { continue }
                mistakes.report(
                    "\(name) has no effect on a list of lines; add 'format: csv' or 'format: jsonl'.", at: key)
            }
        }
        return .list(path, used, pathColumn: pathColumn ?? "path", idColumn: idColumn)
    }

    private func refuse(_ names: [String], beside kind: String, onlyFor owner: String, _ reader: MappingReader) {
        for name in names {
            guard let key = reader.key(name) else { continue }
            mistakes.report("\(name) has no effect on a \(kind); it belongs to \(owner).", at: key)
        }
    }
}
