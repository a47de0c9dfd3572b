// CONTRACT FILE: to be split by the implementer, one idea a file.
import SystemPackage

/// One mistake of the manifest: `file:line:column: message`.
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
    public var description: String { "\(file):\(line):\(column): \(message)" }
}

/// All mistakes at once.
public struct ManifestError: Error, Equatable, Sendable, CustomStringConvertible {
    public var diagnostics: [Diagnostic]
    public init(diagnostics: [Diagnostic]) { self.diagnostics = diagnostics }
    /// The diagnostics, a line each, then "2 mistakes, nothing was run."
    public var description: String { fatalError("contract") }
}

public enum MediaType: String, Sendable, Codable, CaseIterable { case image, video, audio }

public enum TaskKind: String, Sendable, Codable, CaseIterable {
    case caption, transcribe, ask
    case describeAudio = "describe_audio"
    /// What the task applies to unless the manifest narrows it.
    public var media: Set<MediaType> { fatalError("contract") }
}

public struct Limits: Sendable, Equatable {
    public var framesPerSecond: Double = 2
    public var maxFrames: Int = 768
    /// Pixels of an image after resizing; nil: the model's own limit.
    public var maxPixels: Int?
    /// Pixels of one video frame; nil: the model's own limit.
    public var maxFramePixels: Int?
    public var segmentSeconds: Double = 30
    public var maxNewTokens: Int = 1024
    public init() {}
}

public struct Sampling: Sendable, Equatable {
    public var temperature: Double
    public var topK: Int
    public var topP: Double
    public var repetitionPenalty: Double
    public var seed: UInt64
    public init(temperature: Double, topK: Int, topP: Double, repetitionPenalty: Double, seed: UInt64) {
        self.temperature = temperature
        self.topK = topK
        self.topP = topP
        self.repetitionPenalty = repetitionPenalty
        self.seed = seed
    }
    public static let factual = Sampling(temperature: 0, topK: 0, topP: 1, repetitionPenalty: 1, seed: 0)
    public static let conversational = Sampling(temperature: 0.6, topK: 20, topP: 0.95, repetitionPenalty: 1, seed: 0)
    public static let creative = Sampling(temperature: 0.9, topK: 50, topP: 0.95, repetitionPenalty: 1.05, seed: 0)
}

/// One task of a job, all defaults resolved.
public struct JobTask: Sendable, Equatable {
    public var kind: TaskKind
    /// Unique in the job; the kind's name unless given. What exports and the database call the task.
    public var name: String
    /// May hold {variables} filled from list-file columns.
    public var prompt: String
    public var system: String?
    public var media: Set<MediaType>
    public var limits: Limits
    public var sampling: Sampling
    public init(kind: TaskKind, name: String, prompt: String, system: String?, media: Set<MediaType>, limits: Limits, sampling: Sampling) {
        self.kind = kind
        self.name = name
        self.prompt = prompt
        self.system = system
        self.media = media
        self.limits = limits
        self.sampling = sampling
    }
    /// The prompt with {name} replaced; `{{` and `}}` stand for braces. Throws the missing variable's name.
    public func renderedPrompt(variables: [String: String]) throws(MissingVariable) -> String { fatalError("contract") }
}

public struct MissingVariable: Error, Equatable, Sendable {
    public var name: String
    public init(name: String) { self.name = name }
}

/// Where media comes from. Paths are absolute (relative ones are taken from the manifest's directory).
public enum Input: Sendable, Equatable {
    /// A file, or a directory (walked when recursive).
    case path(FilePath, recursive: Bool)
    /// `*`, `?`, `[...]` and `**`.
    case glob(String)
    /// One path a line, CSV or JSONL by extension or `format:`.
    case list(FilePath, ListFormat, pathColumn: String, idColumn: String?)
}

public enum ListFormat: String, Sendable, Codable, CaseIterable { case lines, csv, jsonl }

public struct Job: Sendable, Equatable {
    public var manifest: FilePath
    public var name: String
    public var model: FilePath?
    public var database: FilePath
    public var inputs: [Input]
    public var tasks: [JobTask]
    public init(manifest: FilePath, name: String, model: FilePath?, database: FilePath, inputs: [Input], tasks: [JobTask]) {
        self.manifest = manifest
        self.name = name
        self.model = model
        self.database = database
        self.inputs = inputs
        self.tasks = tasks
    }
    /// Reads YAML or JSON. `file` in diagnostics is the path as the user wrote it.
    public static func read(_ path: FilePath) throws(ManifestError) -> Job { fatalError("contract") }
}

/// A file to process, from any input.
public struct InputFile: Sendable, Equatable {
    public var path: FilePath
    /// From a list's id column.
    public var id: String?
    public var variables: [String: String]
    public init(path: FilePath, id: String? = nil, variables: [String: String] = [:]) {
        self.path = path
        self.id = id
        self.variables = variables
    }
}

/// Files of the inputs in path-byte order, each once; files of directories and globs only with a media extension.
public struct InputExpansion: Sendable {
    public var files: [InputFile]
    /// Files of directories left out because their extension is no media's.
    public var ignored: Int
    /// Inputs that match nothing, unreadable directories, bad list lines: the run goes on, the user is told.
    public var problems: [Diagnostic]
    public static func expand(_ job: Job) -> InputExpansion { fatalError("contract") }
}

/// Kind by file name extension, lower-cased; nil: not a media extension.
public func mediaType(ofExtension ext: String) -> MediaType? { fatalError("contract") }
