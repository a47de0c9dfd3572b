import Crypto
import Glibc
import SystemPackage

/// How far a conversion is, counted in tensors and bytes of the source. What an earlier run finished counts as done.
public struct ConversionProgress: Sendable {
    public var tensorsDone, tensorsTotal: Int
    public var bytesDone, bytesTotal: Int
}

/// bf16/f16/f32 checkpoint -> INT8 (compressed-tensors int-quantized), streaming, resumable, verified.
///
/// Memory is a few blocks of 32 MiB whatever the model's size; the result's bytes depend on the source and
/// `shardBytes` only. Until `run` returns, the destination holds no config.json, or a whole verified model.
public struct Converter {
    private let source: FilePath
    private let destination: FilePath
    private let shardBytes: Int

    public init(source: FilePath, destination: FilePath, shardBytes: Int = 4 << 30) {
        self.source = source
        self.destination = destination
        self.shardBytes = shardBytes
    }

    /// Converts, or goes on where an earlier run was stopped. Throws `CheckpointError` for a bad source or a failing
    /// disk and `ConversionError` for the rest, `cancelled` among them.
    public func run(
        progress: (ConversionProgress) -> Void = { _ in }, isCancelled: () -> Bool = { false }
    ) throws {
        func checkCancelled() throws {
            if isCancelled() { throw ConversionError.cancelled(destination: destination.string) }
        }

        let checkpoint = try openSource()
        let plan = try ConversionPlan(checkpoint, shardBytes: shardBytes)
        let workspace = try ConversionWorkspace(destination: destination, source: identity(of: checkpoint))
        let sideFiles = try sideFiles()
        let finished = try finishedShards(of: plan, in: workspace, checkCancelled: checkCancelled)
        try checkSpace(for: plan, finished: finished, sideFiles: sideFiles)

        var state = ConversionProgress(
            tensorsDone: 0, tensorsTotal: plan.sourceTensors, bytesDone: 0, bytesTotal: plan.sourceBytes)
        func advance(tensors: Int, bytes: Int) {
            state.tensorsDone += tensors
            state.bytesDone += bytes
            progress(state)
        }
        for shard in plan.shards {
            if finished.contains(shard.name) {
                advance(tensors: shard.sourceTensors, bytes: shard.sourceBytes)
                continue
            }
            let path = workspace.directory.appending(shard.name)
            let unfinished = FilePath(path.string + ".writing")
            try ShardWriter(checkpoint: checkpoint, shard: shard)
                .write(to: unfinished, advanced: advance, checkCancelled: checkCancelled)
            try DurableFiles.move(unfinished, to: path)
            try workspace.recordFinished(shard: shard.name, digest: digest(of: path, checkCancelled: checkCancelled))
        }

        for name in sideFiles {
            try checkCancelled()
            try DurableFiles.write(
                MappedFile.contents(of: source.appending(name)), to: workspace.directory.appending(name))
        }
        try writeIndexAndConfiguration(plan, to: workspace.directory)
        try ConversionVerifier(source: checkpoint, plan: plan, directory: workspace.directory)
            .verify(checkCancelled: checkCancelled)
        try workspace.publish(
            sideFiles + plan.shards.map(\.name) + [ShardIndex.fileName, "config.json"], checkCancelled: checkCancelled)
    }

    /// The source, once it is certain that it can be converted.
    private func openSource() throws -> Checkpoint {
        guard source.exists else { throw CheckpointError.missingFile(path: source.string) }
        if let place = FileIdentity(source), place == FileIdentity(destination) {
            throw ConversionError.sameDirectory(path: destination.string)
        }
        let configuration = try ModelConfiguration(directory: source)
        let checkpoint = try Checkpoint(source)
        guard !configuration.isQuantized, !checkpoint.tensorNames.contains(where: { $0.hasSuffix(".weight_scale") })
        else { throw ConversionError.alreadyQuantized(source: source.string) }
        try ThinkerLayout.check(checkpoint, against: configuration)
        return checkpoint
    }

    /// Changes where the source, the rules or the layout change.
    private func identity(of checkpoint: Checkpoint) throws -> String {
        var parts = ["rules 1", "shard bytes \(shardBytes)", try modelFingerprint(directory: source)]
        for shard in checkpoint.shards {
            guard let identity = FileIdentity(shard.file.path) else { continue }
            parts.append("\(shard.name) \(identity.size) \(identity.seconds).\(identity.nanoseconds)")
        }
        return hexadecimal(SHA256.hash(data: Array(parts.joined(separator: "\n").utf8)))
    }

    /// Tokenizer, preprocessor, chat template and the like: all small text files beside the weights, and the licence.
    private func sideFiles() throws -> [String] {
        let kinds: Set<String> = ["json", "jinja", "txt", "model", "tiktoken"]
        return try DurableFiles.entries(of: source).filter { name in
            let isWanted = name.extension.map(kinds.contains) ?? name.string.hasPrefix("LICENSE")
            return isWanted && name.string != "config.json" && !name.string.hasSuffix(".index.json")
                && !name.string.hasPrefix(".") && FileIdentity(source.appending(name))?.isRegular == true
        }.map(\.string)
    }

    /// The shards of an earlier run that are still what the journal says.
    private func finishedShards(
        of plan: ConversionPlan, in workspace: ConversionWorkspace, checkCancelled: () throws -> Void
    ) throws -> Set<String> {
        var finished: Set<String> = []
        for shard in plan.shards {
            let path = workspace.directory.appending(shard.name)
            guard let recorded = workspace.journal.shards[shard.name], FileIdentity(path)?.size == shard.size,
                try digest(of: path, checkCancelled: checkCancelled) == recorded
            else { continue }
            finished.insert(shard.name)
        }
        return finished
    }

    private func checkSpace(for plan: ConversionPlan, finished: Set<String>, sideFiles: [String]) throws {
        let shards = plan.shards.filter { !finished.contains($0.name) }.reduce(0) { $0 + $1.size }
        let others = sideFiles.reduce(0) { $0 + (FileIdentity(source.appending($1))?.size ?? 0) }
        let needed = shards + others + 16 << 20
        let available = try DurableFiles.availableSpace(destination)
        guard available >= needed else {
            throw ConversionError.notEnoughSpace(path: destination.string, needed: needed, available: available)
        }
    }

    private func writeIndexAndConfiguration(_ plan: ConversionPlan, to directory: FilePath) throws {
        try DurableFiles.write((plan.index.text() + "\n").utf8, to: directory.appending(ShardIndex.fileName))
        let path = source.appending("config.json")
        let text = try MappedFile.contents(of: path)
        guard let configuration = try? JSONValue(parsing: text) else {
            throw CheckpointError.invalidFile(path: path.string, reason: "is no JSON any more")
        }
        try DurableFiles.write(
            (quantizedConfiguration(configuration).text() + "\n").utf8, to: directory.appending("config.json"))
    }

    private func digest(of path: FilePath, checkCancelled: () throws -> Void) throws -> String {
        let file = try MappedFile(path)
        var hash = SHA256()
        var start = 0
        while start < file.bytes.count {
            try checkCancelled()
            let end = min(file.bytes.count, start + ShardWriter.blockBytes)
            let block = UnsafeRawBufferPointer(rebasing: file.bytes[start..<end])
            hash.update(bufferPointer: block)
            releasePages(of: block)
            start = end
        }
        return hexadecimal(hash.finalize())
    }
}
