import SystemPackage

/// One manifest, read and checked.
public struct Job: Sendable, Equatable {
    /// As the user wrote it; all other paths are absolute.
    public var manifest: FilePath
    public var name: String
    public var model: FilePath?
    public var database: FilePath
    public var inputs: [Input]
    /// Where each input stands in the manifest, for messages; may be empty.
    public var inputPositions: [SourcePosition]
    public var tasks: [JobTask]

    public init(
        manifest: FilePath, name: String, model: FilePath?, database: FilePath, inputs: [Input],
        inputPositions: [SourcePosition] = [], tasks: [JobTask]
    ) {
        self.manifest = manifest
        self.name = name
        self.model = model
        self.database = database
        self.inputs = inputs
        self.inputPositions = inputPositions
        self.tasks = tasks
    }

    /// Reads YAML or JSON (which is YAML too). All mistakes are thrown at once; `file` in their diagnostics is the
    /// path as the user wrote it. List files are opened only if a prompt uses variables, for the names of their columns.
    public static func read(_ path: FilePath) throws(ManifestError) -> Job {
        let mistakes = Mistakes(file: path.string)
        if let tree = ManifestTree.read(path, mistakes) {
            let job = JobReader(manifest: path, tree: tree, mistakes: mistakes).read()
            if let job, mistakes.isEmpty { return job }
        }
        throw ManifestError(diagnostics: mistakes.sorted)
    }
}
