/// What a conversion will write: every shard with every byte range, before anything is computed. A function of the
/// source's headers and the shard size alone.
struct ConversionPlan {
    struct Output: Equatable {
        enum Content { case copy, codes, scales }
        var name: String
        var dataType: DataType
        var shape: [Int]
        var content: Content
        /// The tensor of the source that it is made from.
        var source: String
        /// Bytes counted from the start of the shard.
        var range: Range<Int> = 0..<0
    }

    struct Shard {
        var name: String
        /// In the order of their bytes.
        var outputs: [Output]
        /// Length field and JSON text.
        var header: [UInt8]
        var size: Int
        var sourceTensors: Int
        var sourceBytes: Int
    }

    private(set) var shards: [Shard] = []

    init(_ checkpoint: Checkpoint, shardBytes: Int) throws(CheckpointError) {
        var groups: [[Group]] = [[]]
        var filled = 0
        for name in naturallySorted(checkpoint.tensorNames) {
            let group = try Group(checkpoint.tensor(name), file: checkpoint.file(of: name))
            if filled > 0, filled + group.bytes > shardBytes {
                groups.append([])
                filled = 0
            }
            groups[groups.count - 1].append(group)
            filled += group.bytes
        }
        shards = groups.enumerated().map { index, members in
            let name = "model-\(Self.fiveDigits(index + 1))-of-\(Self.fiveDigits(groups.count)).safetensors"
            return Self.layOut(name, members)
        }
    }

    var sourceTensors: Int { shards.reduce(0) { $0 + $1.sourceTensors } }
    var sourceBytes: Int { shards.reduce(0) { $0 + $1.sourceBytes } }

    /// model.safetensors.index.json.
    var index: JSONValue {
        var shardOfTensor: [String: String] = [:]
        var total = 0
        for shard in shards {
            for output in shard.outputs {
                shardOfTensor[output.name] = shard.name
                total += output.range.count
            }
        }
        let map = naturallySorted(Array(shardOfTensor.keys)).map {
            JSONValue.Member(key: $0, value: .string(shardOfTensor[$0] ?? ""))
        }
        return ["metadata": ["total_size": .number(String(total))], "weight_map": .object(map)]
    }

    /// One tensor of the source and what becomes of it; stays in one shard.
    private struct Group {
        var outputs: [Output]
        var bytes: Int
        var sourceBytes: Int

        init(_ tensor: Tensor, file: String) throws(CheckpointError) {
            sourceBytes = tensor.bytes.count
            guard QuantizationRules.isQuantized(tensor: tensor.name, shape: tensor.shape) else {
                bytes = tensor.bytes.count
                outputs = [
                    Output(
                        name: tensor.name, dataType: tensor.dataType, shape: tensor.shape, content: .copy,
                        source: tensor.name)
                ]
                return
            }
            guard [.bf16, .f16, .f32].contains(tensor.dataType) else {
                throw .unsupportedDataType(name: tensor.name, dataType: tensor.dataType.rawValue, path: file)
            }
            let rows = tensor.shape[0]
            bytes = tensor.elementCount + 2 * rows
            outputs = [
                Output(name: tensor.name, dataType: .i8, shape: tensor.shape, content: .codes, source: tensor.name),
                Output(
                    name: tensor.name + "_scale", dataType: .bf16, shape: [rows, 1], content: .scales,
                    source: tensor.name),
            ]
        }
    }

    private static let alignment = 64

    /// The format allows no holes. Tensors whose size is a multiple of 64 come first, then those of 32, 16 and so on:
    /// each then starts at a multiple of its own alignment.
    private static func layOut(_ name: String, _ groups: [Group]) -> Shard {
        func alignment(of output: Output) -> Int {
            let size = output.shape.reduce(output.dataType.size, *)
            return size == 0 ? Self.alignment : min(Self.alignment, size & -size)
        }
        let ordered = groups.flatMap(\.outputs).enumerated().sorted {
            (-alignment(of: $0.element), $0.offset) < (-alignment(of: $1.element), $1.offset)
        }
        var outputs = ordered.map(\.element)
        var end = 0
        for index in outputs.indices {
            let size = outputs[index].shape.reduce(outputs[index].dataType.size, *)
            outputs[index].range = end..<end + size
            end += size
        }
        let header = header(outputs)
        for index in outputs.indices {
            let relative = outputs[index].range
            outputs[index].range = header.count + relative.lowerBound..<header.count + relative.upperBound
        }
        return Shard(
            name: name, outputs: outputs, header: header, size: header.count + end, sourceTensors: groups.count,
            sourceBytes: groups.reduce(0) { $0 + $1.sourceBytes })
    }

    private static func header(_ outputs: [Output]) -> [UInt8] {
        var text = "{\"__metadata__\":{\"format\":\"pt\"}"
        for output in outputs {
            let shape = output.shape.map(String.init).joined(separator: ",")
            text += ",\(JSONValue.quoted(output.name)):{\"dtype\":\"\(output.dataType.rawValue)\",\"shape\":[\(shape)],"
            text += "\"data_offsets\":[\(output.range.lowerBound),\(output.range.upperBound)]}"
        }
        var json = Array((text + "}").utf8)
        while !(8 + json.count).isMultiple(of: alignment) { json.append(UInt8(ascii: " ")) }
        return withUnsafeBytes(of: UInt64(json.count).littleEndian, Array.init) + json
    }

    private static func fiveDigits(_ number: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 5 - digits.count)) + digits
    }
}

/// In an order in which layer 10 follows layer 9, so that a layer's tensors stand together.
func naturallySorted(_ names: [String]) -> [String] {
    names.map { (key: naturalKey($0), name: $0) }.sorted { ($0.key, $0.name) < ($1.key, $1.name) }.map(\.name)
}

/// The name with every number padded to eight digits.
private func naturalKey(_ name: String) -> String {
    name.split(separator: ".", omittingEmptySubsequences: false).map { part in
        part.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } && part.utf8.count < 8
            ? String(repeating: "0", count: 8 - part.utf8.count) + part : String(part)
    }.joined(separator: ".")
}
