import SystemPackage

/// Where media comes from. Paths are absolute (relative ones were taken from the manifest's directory).
public enum Input: Sendable, Equatable {
    /// A file, or a directory (walked when recursive).
    case path(FilePath, recursive: Bool)
    /// `*`, `?`, `[...]` and `**`, as in the manifest: a relative pattern is taken from the manifest's directory when
    /// it is expanded, so that wildcard characters in the directory's own name stay ordinary.
    case glob(String)
    /// One path a line, CSV or JSONL by extension or `format:`. Without `idColumn`, a column `id` is used if there
    /// is one.
    case list(FilePath, ListFormat, pathColumn: String, idColumn: String?)
}

public enum ListFormat: String, Sendable, Codable, CaseIterable {
    case lines, csv, jsonl

    /// By the list file's extension: `.csv`, `.jsonl` or `.ndjson`; anything else has one path a line.
    public init(ofExtension ext: String) {
        self =
            switch ext.lowercased() {
            case "csv": .csv
            case "jsonl", "ndjson": .jsonl
            default: .lines
            }
    }
}

/// A file to process, from any input.
public struct InputFile: Sendable, Equatable {
    public var path: FilePath
    /// From a list's id column.
    public var id: String?
    /// A list entry's other columns by name.
    public var variables: [String: String]

    public init(path: FilePath, id: String? = nil, variables: [String: String] = [:]) {
        self.path = path
        self.id = id
        self.variables = variables
    }
}
