// CONTRACT FILE: to be split by the implementer, one idea a file; folders Schema/, Records/, Export/.
import SystemPackage

/// What is wrong with the database, one line.
public enum ArchiveError: Error, Equatable, Sendable, CustomStringConvertible {
    case notFound(path: String)
    /// Another application's file, or no SQLite database at all.
    case notAnArchive(path: String)
    case newerVersion(path: String)
    /// Another run holds it. `holder`: "run 41 (pid 5120 on mediabox, since 22:00:03)".
    case inUse(path: String, holder: String)
    case sqlite(path: String, reason: String)
    public var description: String { fatalError("contract") }
}

public enum UnitStatus: String, Sendable, CaseIterable { case waiting, done, failed, skipped }

/// A file as last seen: enough to know that its content did not change without reading it.
public struct FileStamp: Sendable, Equatable {
    public var size: Int64
    public var modifiedNanoseconds: Int64
    public var inode: UInt64
    public init(size: Int64, modifiedNanoseconds: Int64, inode: UInt64) {
        self.size = size
        self.modifiedNanoseconds = modifiedNanoseconds
        self.inode = inode
    }
}

/// A content, known by its hash. `errorClass` set: it could not be opened, and why.
public struct MediaRecord: Sendable, Equatable {
    public var hash: String
    public var bytes: Int64
    /// image, video or audio; for a file that could not be opened, what its extension promised, or nil.
    public var kind: String?
    public var format: String?
    public var duration: Double
    public var width: Int?
    public var height: Int?
    public var videoCodec: String?
    public var audioCodec: String?
    public var channels: Int?
    public var sampleRate: Int?
    public var errorClass: String?
    public var error: String?
    public init(hash: String, bytes: Int64, kind: String?, format: String? = nil, duration: Double = 0, width: Int? = nil, height: Int? = nil, videoCodec: String? = nil, audioCodec: String? = nil, channels: Int? = nil, sampleRate: Int? = nil, errorClass: String? = nil, error: String? = nil) {
        self.hash = hash; self.bytes = bytes; self.kind = kind; self.format = format; self.duration = duration
        self.width = width; self.height = height; self.videoCodec = videoCodec; self.audioCodec = audioCodec
        self.channels = channels; self.sampleRate = sampleRate; self.errorClass = errorClass; self.error = error
    }
}

/// A task with prompt, sampling and limits as run; `hash` names it. `settings` is canonical JSON of the rest.
public struct RecipeRecord: Sendable, Equatable {
    public var hash: String
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

/// A unit to be planned: spans in seconds; failed or skipped from the start with a reason, else waiting.
public struct PlannedUnit: Sendable, Equatable {
    public var start: Double
    public var end: Double
    public var status: UnitStatus
    public var errorClass: String?
    public var error: String?
    public init(start: Double, end: Double, status: UnitStatus = .waiting, errorClass: String? = nil, error: String? = nil) {
        self.start = start
        self.end = end
        self.status = status
        self.errorClass = errorClass
        self.error = error
    }
}

/// A unit handed to the runner.
public struct UnitWork: Sendable, Equatable {
    public var id: Int64
    /// One of the paths that has this content.
    public var path: FilePath
    public var media: MediaRecord
    public var start: Double
    public var end: Double
    public var recipe: RecipeRecord
    public var attempts: Int
}

/// What a finished unit stores.
public struct UnitResult: Sendable, Equatable {
    public var text: String
    public var finishReason: String
    public var meanLogProbability: Double?
    public var promptTokens: Int
    public var mediaTokens: Int
    public var newTokens: Int
    /// Seconds of media that were decoded for it.
    public var secondsCovered: Double
    /// Sorted, e.g. ["silent"], ["truncated"], ["looped"], ["empty"], ["low_confidence"], ["cut_off"].
    public var flags: [String]
    public var decodeMediaSeconds: Double
    public var encodeSeconds: Double
    public var prefillSeconds: Double
    public var generateSeconds: Double
    public init(text: String, finishReason: String, meanLogProbability: Double?, promptTokens: Int, mediaTokens: Int, newTokens: Int, secondsCovered: Double, flags: [String], decodeMediaSeconds: Double, encodeSeconds: Double, prefillSeconds: Double, generateSeconds: Double) {
        self.text = text; self.finishReason = finishReason; self.meanLogProbability = meanLogProbability
        self.promptTokens = promptTokens; self.mediaTokens = mediaTokens; self.newTokens = newTokens
        self.secondsCovered = secondsCovered; self.flags = flags; self.decodeMediaSeconds = decodeMediaSeconds
        self.encodeSeconds = encodeSeconds; self.prefillSeconds = prefillSeconds; self.generateSeconds = generateSeconds
    }
}

public struct RunRecord: Sendable, Equatable {
    public var manifest: String
    public var model: String
    public var modelFingerprint: String
    public var precision: String
    public var engine: String
    public var version: String
    public var threads: Int
    public var batchSize: Int
    public init(manifest: String, model: String, modelFingerprint: String, precision: String, engine: String, version: String, threads: Int, batchSize: Int) {
        self.manifest = manifest; self.model = model; self.modelFingerprint = modelFingerprint; self.precision = precision
        self.engine = engine; self.version = version; self.threads = threads; self.batchSize = batchSize
    }
}

public struct UnitCounts: Sendable, Equatable {
    public var waiting = 0, done = 0, failed = 0, skipped = 0, flagged = 0
    /// Seconds of media of the units that are waiting and done.
    public var waitingSeconds = 0.0, doneSeconds = 0.0
    public init() {}
}

/// The database of one job: plan, checkpoints and results.
public final class Archive: Sendable {
    public let path: FilePath
    /// Creates the file where `create` says so; migrates an older schema.
    public init(_ path: FilePath, create: Bool) throws(ArchiveError) { fatalError("contract") }

    // A run
    /// Takes the run lock (released when the process ends, however it ends) and writes the run's row.
    public func beginRun(_ run: RunRecord) throws(ArchiveError) -> Int64 { fatalError("contract") }
    /// `outcome`: finished, interrupted (a run without an end was killed). Releases the lock.
    public func endRun(_ run: Int64, outcome: String) throws(ArchiveError) { fatalError("contract") }

    // Planning
    /// Media of a file whose stamp is as last seen; nil: read it.
    public func media(at path: FilePath, stamp: FileStamp) throws(ArchiveError) -> (id: Int64, record: MediaRecord)? { fatalError("contract") }
    public func media(hash: String) throws(ArchiveError) -> (id: Int64, record: MediaRecord)? { fatalError("contract") }
    /// Remembers that `path` has this content now; writes the media row if the hash is new, updates it if `record` is
    /// a better reading (an error before, none now).
    public func saveFile(_ path: FilePath, stamp: FileStamp?, itemID: String?, media: MediaRecord, run: Int64) throws(ArchiveError) -> Int64 { fatalError("contract") }
    /// Spans that this media was cut into before with these segmentation settings ("quiet:30"); nil: not yet.
    public func spans(media: Int64, segmentation: String) throws(ArchiveError) -> [(start: Double, end: Double)]? { fatalError("contract") }
    public func saveSpans(_ spans: [(start: Double, end: Double)], media: Int64, segmentation: String) throws(ArchiveError) { fatalError("contract") }
    /// Puts the units of (media, recipe, the run's model) into the plan of `run`: new ones are inserted, known ones kept
    /// as they are, except failed ones that `retry` allows (transient class, fewer than 3 attempts), which wait again.
    /// Units of the same media and task name under another recipe or model become superseded; planned ones never are.
    public func plan(_ units: [PlannedUnit], media: Int64, recipe: RecipeRecord, run: Int64) throws(ArchiveError) { fatalError("contract") }

    // Running
    /// Waiting units of the run's plan in path-byte, start, task order, after `cursor` units.
    public func waitingUnits(run: Int64, limit: Int, after last: UnitWork?) throws(ArchiveError) -> [UnitWork] { fatalError("contract") }
    public func finish(_ unit: Int64, with result: UnitResult, run: Int64) throws(ArchiveError) { fatalError("contract") }
    public func fail(_ unit: Int64, errorClass: String, error: String, run: Int64) throws(ArchiveError) { fatalError("contract") }
    /// skipped: nothing to do for a stated reason.
    public func skip(_ unit: Int64, errorClass: String, reason: String, run: Int64) throws(ArchiveError) { fatalError("contract") }
    /// Units of the run's plan by state.
    public func counts(run: Int64) throws(ArchiveError) -> UnitCounts { fatalError("contract") }
}

/// One row of an export or a listing: a unit of one path.
public struct ExportRow: Sendable, Equatable {
    public var path: FilePath
    public var itemID: String?
    public var mediaHash: String
    public var kind: String?
    public var task: String
    public var taskKind: String
    public var start: Double
    public var end: Double
    public var status: UnitStatus
    public var text: String?
    public var errorClass: String?
    public var error: String?
    public var finishReason: String?
    public var confidence: Double?
    public var flags: [String]
    public var model: String
}

extension Archive {
    /// Every unit that is not superseded, once for each path with its content; ordered by path bytes, start, task.
    public func forEachRow(_ body: (ExportRow) throws -> Void) throws { fatalError("contract") }
}

public enum ExportFormat: String, Sendable, CaseIterable { case srt, vtt, txt, jsonl }

/// Writes results in formats that other tools read.
public struct Exporter {
    public init(archive: Archive, format: ExportFormat) { fatalError("contract") }
    /// JSONL (and txt) into one file or standard output (nil); srt, vtt one file a media and task in a directory.
    /// Returns the files written.
    public func export(to output: FilePath?) throws -> [FilePath] { fatalError("contract") }
}

/// What `nightreel status` shows.
public struct StatusReport: Sendable, Equatable {
    public struct Problem: Sendable, Equatable {
        public var path: FilePath
        public var task: String
        public var start: Double
        public var errorClass: String
        public var error: String
        public var attempts: Int
        public var willRetry: Bool
    }
    public var run: Int64
    public var manifest: String
    public var model: String
    public var startedAt: String
    public var finishedAt: String?
    public var outcome: String
    public var mediaSeen: Int
    public var counts: UnitCounts
    /// Failed units, at most 50, in path order; `counts.failed` has the number of all.
    public var problems: [Problem]
    /// Flag -> number of units.
    public var flags: [String: Int]
    public var engineSeconds: Double
    public var promptTokens: Int
    public var newTokens: Int
    public var isRunning: Bool
}

extension Archive {
    /// Of the newest run; nil: no run yet.
    public func status() throws(ArchiveError) -> StatusReport? { fatalError("contract") }
}
