import Glibc
import SystemPackage

/// The hidden directory inside the destination where everything is made. What is finished is moved up at the very
/// end, config.json last: before that the destination has no config.json and is no model.
///
/// A lock on the directory keeps a second conversion out; the journal says what an earlier one has finished.
final class ConversionWorkspace {
    static let directoryName: FilePath.Component = ".nightreel-partial"
    /// Hidden, so that no file copied from the source has its name.
    private static let journalName = ".journal"

    let destination: FilePath
    let directory: FilePath
    private let lock: Int32
    private(set) var journal: ConversionJournal

    /// Refuses a destination that holds anything but an interrupted conversion. Work for another `source` is removed.
    init(destination: FilePath, source: String) throws {
        self.destination = destination
        directory = destination.appending(Self.directoryName)
        try DurableFiles.createDirectory(destination)
        let found = try DurableFiles.entries(of: destination)
        if let stranger = found.first, !found.contains(Self.directoryName) {
            throw ConversionError.destinationNotEmpty(path: destination.string, found: stranger.string)
        }
        try DurableFiles.createDirectory(directory)
        lock = directory.withPlatformString { open($0, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
        journal = ConversionJournal(source: source)
        guard lock >= 0 else { throw DurableFiles.failure(directory, "cannot be opened") }
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            throw ConversionError.destinationBusy(path: destination.string)
        }
        let earlier = ConversionJournal(file: directory.appending(Self.journalName))
        let published = Set(earlier?.publishing ?? [])
        let strangers = found.filter { $0 != Self.directoryName && !published.contains($0.string) }
        if let stranger = strangers.first {
            throw ConversionError.destinationNotEmpty(path: destination.string, found: stranger.string)
        }
        try takeBack(earlier?.publishing ?? [])
        if let earlier, earlier.source == source {
            journal = earlier
            journal.publishing = []
            try removeContents { $0.hasSuffix(".writing") }
        } else {
            try removeContents()
        }
        try save()
    }

    deinit { if lock >= 0 { close(lock) } }

    func recordFinished(shard: String, digest: String) throws {
        journal.shards[shard] = digest
        try save()
    }

    /// Moves the files up in the given order, then removes the directory. The last name is what makes a model
    /// complete.
    func publish(_ names: [String], checkCancelled: () throws -> Void) throws {
        journal.publishing = names
        try save()
        for name in names {
            try checkCancelled()
            if name == names.last { try DurableFiles.synchronize(directory: destination) }
            try DurableFiles.move(directory.appending(name), to: destination.appending(name))
        }
        try DurableFiles.synchronize(directory: destination)
        try removeContents()
        guard directory.withPlatformString({ rmdir($0) }) == 0 else {
            throw DurableFiles.failure(directory, "cannot be removed")
        }
    }

    /// An earlier run was cut off while it published: config.json comes back first.
    private func takeBack(_ published: [String]) throws {
        for name in published.reversed() where destination.appending(name).exists {
            try DurableFiles.move(destination.appending(name), to: directory.appending(name))
        }
    }

    private func removeContents(where isUnwanted: (String) -> Bool = { _ in true }) throws {
        for name in try DurableFiles.entries(of: directory) where isUnwanted(name.string) {
            try DurableFiles.remove(directory.appending(name))
        }
    }

    private func save() throws {
        try DurableFiles.write(journal.text.utf8, to: directory.appending(Self.journalName))
    }
}

/// What an interrupted conversion leaves for the next run.
struct ConversionJournal: Equatable {
    private static let version = 1

    /// Names the source's content, the rules and the shard size.
    var source: String
    /// Finished shards with their SHA-256.
    var shards: [String: String] = [:]
    /// Files that may have been moved to the destination already.
    var publishing: [String] = []

    init(source: String) { self.source = source }

    /// Nil where there is no journal of this version.
    init?(file: FilePath) {
        guard let text = try? MappedFile.contents(of: file), let json = try? JSONValue(parsing: text),
            json["version"] == .number(String(Self.version)), case .string(let source)? = json["source"],
            case .object(let members)? = json["shards"], case .array(let names)? = json["publishing"]
        else { return nil }
        self.source = source
        for member in members {
            if case .string(let digest) = member.value { shards[member.key] = digest }
        }
        // Only plain file names: they are moved between the two directories.
        for case .string(let name) in names {
            if let component = FilePath.Component(name), component.kind == .regular { publishing.append(name) }
        }
    }

    var text: String {
        let digests = shards.sorted { $0.key < $1.key }.map {
            JSONValue.Member(key: $0.key, value: .string($0.value))
        }
        let json: JSONValue = [
            "version": .number(String(Self.version)), "source": .string(source), "shards": .object(digests),
            "publishing": .array(publishing.map(JSONValue.string)),
        ]
        return json.text() + "\n"
    }
}
