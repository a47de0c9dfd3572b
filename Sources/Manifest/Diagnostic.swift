/// One mistake of the manifest or of a list file: `file:line:column: message`.
///
/// Lines and columns count from 1, columns in Unicode scalars. Line 0 stands for the file as a whole (it is missing,
/// too large, ...), and then only `file: message` is shown.
public struct Diagnostic: Error, Equatable, Sendable, CustomStringConvertible {
    public var file: String
    public var line: Int
    public var column: Int
    public var message: String

    public init(file: String, line: Int, column: Int, message: String) {
        self.file = file
        self.line = line
        self.column = column
        self.message = message
    }

    public var description: String {
        line == 0 ? "\(file): \(message)" : "\(file):\(line):\(column): \(message)"
    }
}

/// All mistakes of a manifest at once, in the order of the file.
public struct ManifestError: Error, Equatable, Sendable, CustomStringConvertible {
    public var diagnostics: [Diagnostic]

    public init(diagnostics: [Diagnostic]) {
        self.diagnostics = diagnostics
    }

    /// The diagnostics, a line each, then "2 mistakes, nothing was run."
    public var description: String {
        let count = diagnostics.count == 1 ? "1 mistake" : "\(diagnostics.count) mistakes"
        return (diagnostics.map(\.description) + ["\(count), nothing was run."]).joined(separator: "\n")
    }
}

/// A place in the manifest, from 1; columns count Unicode scalars.
public struct SourcePosition: Sendable, Equatable {
    public var line: Int
    public var column: Int

    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }
}
