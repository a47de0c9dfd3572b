// CONTRACT FILE: to be split by the implementer, one idea a file; folders Safetensors/, Configuration/, Conversion/.
import SystemPackage

public enum DataType: String, Sendable, Equatable, CaseIterable {
    case f64 = "F64", f32 = "F32", f16 = "F16", bf16 = "BF16"
    case i64 = "I64", i32 = "I32", i16 = "I16", i8 = "I8", u8 = "U8", bool = "BOOL"
    public var size: Int { fatalError("contract") }
}

/// What is wrong with a model directory: which file, tensor or field, and what to do. One line.
public enum CheckpointError: Error, Equatable, Sendable, CustomStringConvertible {
    case missingFile(path: String)
    case invalidFile(path: String, reason: String)
    case missingTensor(name: String)
    case wrongShape(name: String, expected: [Int], found: [Int])
    case unsupportedDataType(name: String, dataType: String)
    case invalidConfiguration(file: String, field: String, reason: String)
    case io(path: String, reason: String)
    public var description: String { fatalError("contract") }
}

/// A tensor inside the mapped file. Valid as long as its `Checkpoint` lives.
public struct Tensor: @unchecked Sendable {
    public let name: String
    public let dataType: DataType
    public let shape: [Int]
    public let bytes: UnsafeRawBufferPointer
    public init(name: String, dataType: DataType, shape: [Int], bytes: UnsafeRawBufferPointer) {
        self.name = name
        self.dataType = dataType
        self.shape = shape
        self.bytes = bytes
    }
    public var elementCount: Int { shape.reduce(1, *) }
    /// All elements as Float (F32, F16, BF16, and I8 unscaled).
    public func floats() throws(CheckpointError) -> [Float] { fatalError("contract") }
}

/// Memory-mapped safetensors of a model directory: one file, or shards with model.safetensors.index.json. A single
/// .safetensors file can be opened as well.
public final class Checkpoint: @unchecked Sendable {
    public let path: FilePath
    public init(_ path: FilePath) throws(CheckpointError) { fatalError("contract") }
    public var tensorNames: [String] { fatalError("contract") }
    public func contains(_ name: String) -> Bool { fatalError("contract") }
    public func tensor(_ name: String) throws(CheckpointError) -> Tensor { fatalError("contract") }
    public func tensor(_ name: String, shape: [Int]) throws(CheckpointError) -> Tensor { fatalError("contract") }
}

/// config.json of the Qwen3-Omni-MoE architecture (thinker part), both spellings of rope parameters.
public struct ModelConfiguration: Sendable, Equatable {
    public struct Text: Sendable, Equatable {
        public var vocabularySize, hiddenSize, layers, heads, keyValueHeads, headDimension: Int
        /// Dense MLP width, used by layers in `denseLayers`.
        public var intermediateSize: Int
        public var moeIntermediateSize, experts, expertsPerToken: Int
        public var normalizesTopK: Bool
        /// Layers without experts (mlp_only_layers and decoder_sparse_step).
        public var denseLayers: Set<Int>
        public var rmsNormEpsilon: Float
        public var ropeTheta: Double
        public var mropeSection: [Int]
        public var maxPositions: Int
        public var tiedEmbeddings: Bool
    }
    public struct Vision: Sendable, Equatable {
        public var depth, hiddenSize, intermediateSize, heads, inputChannels, patchSize, temporalPatchSize, mergeSize: Int
        public var outputSize, positionEmbeddings: Int
        public var deepstackIndexes: [Int]
        /// "gelu_pytorch_tanh" or "gelu".
        public var activation: String
    }
    public struct Audio: Sendable, Equatable {
        public var melBins, layers, heads, feedForwardSize, modelSize, downsampleHiddenSize, outputSize: Int
        /// Half the conv chunk: chunks have 2 * window log-mel frames.
        public var window, inferenceWindow: Int
    }
    public struct TokenIDs: Sendable, Equatable {
        public var image, video, audio, visionStart, visionEnd, audioStart, audioEnd: Int
    }
    public var text: Text
    public var vision: Vision
    public var audio: Audio
    public var tokens: TokenIDs
    public var positionsPerSecond: Double
    /// From generation_config.json (thinker_eos_token_id, eos_token_id: number or list), else im_end_token_id.
    public var endOfTurn: [Int]
    public var isQuantized: Bool
    public init(directory: FilePath) throws(CheckpointError) { fatalError("contract") }
}

/// preprocessor_config.json.
public struct PreprocessorConfiguration: Sendable, Equatable {
    public var minPixels, maxPixels: Int
    public var patchSize, temporalPatchSize, mergeSize: Int
    public var mean, standardDeviation: [Float]
    public var melBins, fftLength, hop, sampleRate: Int
    /// The video processor's own limits where the file names them (`video_min_pixels`...), else 128*32*32 and 768*32*32.
    public var videoMinPixels, videoMaxPixels: Int
    public init(directory: FilePath) throws(CheckpointError) { fatalError("contract") }
}

/// The one table of what INT8 conversion quantises.
public enum QuantizationRules {
    public static func isQuantized(tensor name: String, shape: [Int]) -> Bool { fatalError("contract") }
}

/// Hex SHA-256 prefix naming a model directory's content: configuration and tokenizer files whole, shard headers whole, sampled weights.
public func modelFingerprint(directory: FilePath) throws(CheckpointError) -> String { fatalError("contract") }

public struct ConversionProgress: Sendable {
    public var tensorsDone, tensorsTotal: Int
    public var bytesDone, bytesTotal: Int
}

/// bf16/f16/f32 checkpoint -> INT8 (compressed-tensors int-quantized), streaming, resumable, verified.
public struct Converter {
    public init(source: FilePath, destination: FilePath, shardBytes: Int = 4 << 30) { fatalError("contract") }
    public func run(progress: (ConversionProgress) -> Void = { _ in }, isCancelled: () -> Bool = { false }) throws { fatalError("contract") }
}
