import Crypto
import SystemPackage

/// The files beside the weights that decide what a model answers.
let configurationFileNames = [
    "added_tokens.json", "chat_template.jinja", "chat_template.json", "config.json", "generation_config.json",
    "merges.txt", "preprocessor_config.json", "processor_config.json", "special_tokens_map.json", "tokenizer.json",
    "tokenizer_config.json", "video_preprocessor_config.json", "vocab.json",
]

/// Hex SHA-256 prefix naming a model directory's content: configuration and tokenizer files whole, shard headers
/// whole, sampled weights. 32 MiB of weights are read, in 64 KiB blocks spread evenly over all shards (a model below
/// 32 MiB is read whole): a change between the blocks that leaves the sizes alone is not seen.
public func modelFingerprint(directory: FilePath) throws(CheckpointError) -> String {
    var hash = SHA256()
    for name in configurationFileNames where directory.appending(name).exists {
        hash.update(section: name, try MappedFile.contents(of: directory.appending(name)))
    }
    let checkpoint = try Checkpoint(directory)
    let total = checkpoint.shards.reduce(0) { $0 + $1.file.bytes.count - $1.header.length }
    for shard in checkpoint.shards {
        hash.update(section: shard.name, shard.file.bytes[..<shard.header.length])
        let weights = UnsafeRawBufferPointer(rebasing: shard.file.bytes[shard.header.length...])
        for block in sampledBlocks(of: weights.count, total: total) {
            let bytes = UnsafeRawBufferPointer(rebasing: weights[block])
            hash.update(bufferPointer: bytes)
            releasePages(of: bytes)
        }
    }
    return hexadecimal(hash.finalize().prefix(16))
}

/// The byte ranges that are read of a shard with `size` bytes of weights among `total`.
func sampledBlocks(of size: Int, total: Int, budget: Int = 32 << 20, blockSize: Int = 64 << 10) -> [Range<Int>] {
    guard total > budget else { return size > 0 ? [0..<size] : [] }
    let share = Int(Double(budget) * Double(size) / Double(total))
    let count = max(1, share / blockSize)
    guard size > count * blockSize else { return size > 0 ? [0..<size] : [] }
    guard count > 1 else { return [0..<blockSize] }
    return (0..<count).map { index in
        let start = Int(Double(size - blockSize) * Double(index) / Double(count - 1))
        return start..<start + blockSize
    }
}

extension SHA256 {
    /// A named part with its length, so that parts cannot run into each other.
    fileprivate mutating func update(section name: String, _ content: some Collection<UInt8>) {
        update(data: Array("\(name.utf8.count) \(name) \(content.count)\n".utf8))
        update(data: Array(content))
    }
}
