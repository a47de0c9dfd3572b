import Glibc
import SystemPackage

/// Memory-mapped safetensors of a model directory: one file, or shards with model.safetensors.index.json. A single
/// .safetensors file can be opened as well. Opening checks every header and touches no weights.
public final class Checkpoint: @unchecked Sendable {
    public let path: FilePath

    struct Shard {
        var name: String
        var file: MappedFile
        var header: SafetensorsHeader
    }

    private struct Place {
        var shard: Int
        var entry: Int
    }

    /// Ordered by name where there are several.
    let shards: [Shard]
    private let places: [String: Place]

    public init(_ path: FilePath) throws(CheckpointError) {
        self.path = path
        var status = stat()
        guard path.withPlatformString({ stat($0, &status) }) == 0 else {
            throw .missingFile(path: path.string)
        }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            shards = [try Self.open(path, name: path.lastComponent?.string ?? path.string)]
            places = try Self.places(in: shards, index: nil, path: path)
            return
        }
        let single = path.appending("model.safetensors")
        let indexPath = path.appending(ShardIndex.fileName)
        if single.exists {
            shards = [try Self.open(single, name: "model.safetensors")]
            places = try Self.places(in: shards, index: nil, path: single)
        } else if indexPath.exists {
            let index = try ShardIndex(indexPath)
            var opened: [Shard] = []
            for name in Set(index.shardOfTensor.values).sorted() {
                opened.append(try Self.open(path.appending(name), name: name))
            }
            shards = opened
            places = try Self.places(in: shards, index: index, path: indexPath)
        } else {
            throw .invalidFile(
                path: path.string, reason: "has neither model.safetensors nor \(ShardIndex.fileName)")
        }
    }

    /// In alphabetical order.
    public var tensorNames: [String] { places.keys.sorted() }

    public func contains(_ name: String) -> Bool { places[name] != nil }

    public func tensor(_ name: String) throws(CheckpointError) -> Tensor {
        guard let place = places[name] else { throw .missingTensor(name: name, path: path.string) }
        let shard = shards[place.shard]
        let entry = shard.header.entries[place.entry]
        return Tensor(
            name: name, dataType: entry.dataType, shape: entry.shape,
            bytes: UnsafeRawBufferPointer(rebasing: shard.file.bytes[entry.range]), file: shard.file)
    }

    /// The tensor, or `wrongShape` naming its file where it has another shape.
    public func tensor(_ name: String, shape: [Int]) throws(CheckpointError) -> Tensor {
        let tensor = try tensor(name)
        guard tensor.shape == shape else {
            throw .wrongShape(name: name, expected: shape, found: tensor.shape, path: file(of: name))
        }
        return tensor
    }

    /// The file that holds a tensor, for messages.
    func file(of name: String) -> String {
        places[name].map { shards[$0.shard].file.path.string } ?? path.string
    }

    private static func open(_ path: FilePath, name: String) throws(CheckpointError) -> Shard {
        let file = try MappedFile(path)
        return Shard(name: name, file: file, header: try SafetensorsHeader(file.bytes, path: path.string))
    }

    private static func places(
        in shards: [Shard], index: ShardIndex?, path: FilePath
    ) throws(CheckpointError) -> [String: Place] {
        var places: [String: Place] = [:]
        places.reserveCapacity(shards.reduce(0) { $0 + $1.header.entries.count })
        for (number, shard) in shards.enumerated() {
            for (position, entry) in shard.header.entries.enumerated() {
                // What the index does not mention is not part of the model.
                if let index, index.shardOfTensor[entry.name] != shard.name { continue }
                places[entry.name] = Place(shard: number, entry: position)
            }
        }
        if let index, places.count != index.shardOfTensor.count {
            for (tensor, shard) in index.shardOfTensor.sorted(by: { $0.key < $1.key }) where places[tensor] == nil {
                throw .invalidFile(
                    path: path.string,
                    reason: "says that tensor \(printable(tensor)) is in \(printable(shard)), which lacks it")
            }
        }
        return places
    }
}
