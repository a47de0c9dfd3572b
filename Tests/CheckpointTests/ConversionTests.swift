import Foundation
import SystemPackage
import Testing

@testable import Checkpoint

@Suite("Conversion")
struct ConversionTests {
    let source = try! TemporaryDirectory()
    let work = try! TemporaryDirectory()
    var destination: FilePath { work.file("int8") }

    @Test("quantised tensors are within half a step, all others byte for byte", arguments: ["BF16", "F16", "F32"])
    func values(dataType: String) throws {
        try TinyModel.write(to: source, dataType: dataType)
        try Converter(source: source.path, destination: destination, shardBytes: 4000).run()
        let (before, after) = (try Checkpoint(source.path), try Checkpoint(destination))
        var quantized = 0
        for name in before.tensorNames {
            let original = try before.tensor(name)
            let found = try after.tensor(name, shape: original.shape)
            guard QuantizationRules.isQuantized(tensor: name, shape: original.shape) else {
                #expect(found.dataType == original.dataType && found.bytes.elementsEqual(original.bytes), "\(name)")
                continue
            }
            quantized += 1
            let (rows, columns) = (original.shape[0], original.shape[1])
            let scales = try after.tensor(name + "_scale", shape: [rows, 1])
            #expect(found.dataType == .i8 && scales.dataType == .bf16)
            let (weights, codes, steps) = try (original.floats(), found.floats(), scales.floats())
            for index in weights.indices {
                #expect(abs(weights[index] - codes[index] * steps[index / columns]) <= 0.5001 * steps[index / columns])
            }
        }
        // Two layers' attention, three experts in the first, the dense MLP of the second.
        #expect(quantized == 2 * 4 + 3 * 3 + 3)
        #expect(after.tensorNames.count == before.tensorNames.count + quantized)
    }

    @Test("the result is a model directory: small files beside it, quantization in config.json, nothing left over")
    func directory() throws {
        try TinyModel.write(to: source)
        var last: ConversionProgress?
        try Converter(source: source.path, destination: destination, shardBytes: 4000).run(progress: { last = $0 })
        let files = try tree(destination)
        let shards = files.keys.filter { $0.hasSuffix(".safetensors") }.sorted()
        #expect(shards.count > 3)
        #expect(shards[0] == "model-00001-of-\(String(format: "%05d", shards.count)).safetensors")
        let others = ["config.json", "generation_config.json", "model.safetensors.index.json"]
        #expect(Set(files.keys) == Set(shards + others + ["preprocessor_config.json", "vocab.json"]))
        #expect(try ModelConfiguration(directory: destination).isQuantized)
        let old = try JSONValue(parsing: contents(source.file("config.json")))
        let new = try JSONValue(parsing: contents(destination.appending("config.json")))
        for key in ["model_type", "im_end_token_id", "dtype", "thinker_config"] { #expect(new[key] == old[key]) }
        let progress = try #require(last)
        #expect(progress.tensorsDone == progress.tensorsTotal && progress.bytesDone == progress.bytesTotal)
    }

    @Test("tensors start at multiples of 64 bytes, or of all that their size allows")
    func alignment() throws {
        try TinyModel.write(to: source)
        let plan = try ConversionPlan(Checkpoint(source.path), shardBytes: 4000)
        for shard in plan.shards {
            #expect(shard.header.count.isMultiple(of: 64))
            for output in shard.outputs {
                let size = output.range.count
                #expect(output.range.lowerBound.isMultiple(of: min(64, size & -size)), "\(output.name)")
            }
        }
    }

    @Test("a thinker-only export is converted too")
    func thinkerOnly() throws {
        try TinyModel.write(to: source, prefix: "")
        try Converter(source: source.path, destination: destination).run()
        #expect(try Checkpoint(destination).contains("model.layers.0.self_attn.q_proj.weight_scale"))
    }

    @Test("a sharded source gives the same bytes as a single file")
    func shardedSource() throws {
        try TinyModel.write(to: source)
        let small = work.file("small")
        try Converter(source: source.path, destination: small).run()
        // Split the source's file into two.
        let whole = try Checkpoint(source.path)
        var parts = [SafetensorsBuilder(), SafetensorsBuilder()]
        var map: [String] = []
        for (index, name) in whole.tensorNames.enumerated() {
            let tensor = try whole.tensor(name)
            parts[index % 2].add(name, tensor.dataType.rawValue, tensor.shape, Array(tensor.bytes))
            map.append("\"\(name)\":\"part\(index % 2).safetensors\"")
        }
        try FileManager.default.removeItem(atPath: source.file("model.safetensors").string)
        for (index, part) in parts.enumerated() { try source.write(part.bytes, to: "part\(index).safetensors") }
        try source.write("{\"weight_map\":{\(map.joined(separator: ","))}}".utf8, to: ShardIndex.fileName)
        try Converter(source: source.path, destination: destination).run()
        #expect(try tree(destination) == tree(small))
    }
}
