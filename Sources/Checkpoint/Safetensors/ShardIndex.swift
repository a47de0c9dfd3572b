import SystemPackage

/// model.safetensors.index.json: which shard holds which tensor.
struct ShardIndex: Equatable {
    static let fileName = "model.safetensors.index.json"

    /// Tensor name to shard file name.
    var shardOfTensor: [String: String]

    init(_ path: FilePath) throws(CheckpointError) {
        let text = try MappedFile.contents(of: path)
        do throws(JSONError) {
            shardOfTensor = try Self.weightMap(text)
        } catch {
            throw .invalidFile(path: path.string, reason: "is no shard index: byte \(error.offset): \(error.reason)")
        }
        guard !shardOfTensor.isEmpty else {
            throw .invalidFile(path: path.string, reason: "has no weight_map, or an empty one")
        }
        for name in Set(shardOfTensor.values) where !Self.staysInside(name) {
            throw .invalidFile(
                path: path.string, reason: "names the shard \"\(printable(name))\", which is outside of this directory")
        }
    }

    /// Judges the written name only. Symbolic links are followed: the Hugging Face cache consists of them.
    private static func staysInside(_ name: String) -> Bool {
        let path = FilePath(name)
        return !name.isEmpty && !name.utf8.contains(0) && path.isRelative && !path.components.isEmpty
            && path.components.allSatisfy { $0.kind == .regular }
    }

    private static func weightMap(_ text: [UInt8]) throws(JSONError) -> [String: String] {
        try text.withUnsafeBufferPointer { (bytes) throws(JSONError) in
            var scanner = JSONScanner(UnsafeRawBufferPointer(bytes))
            var map: [String: String] = [:]
            var seen = false
            try scanner.object { (scanner, key) throws(JSONError) in
                guard key == "weight_map" else {
                    _ = try JSONValue(from: &scanner)
                    return
                }
                guard !seen else { throw scanner.failure("weight_map stands twice") }
                seen = true
                try scanner.object { (scanner, tensor) throws(JSONError) in
                    guard map.updateValue(try scanner.string(), forKey: tensor) == nil else {
                        throw scanner.failure("tensor \(printable(tensor)) stands there twice")
                    }
                }
            }
            try scanner.end()
            return map
        }
    }
}
