import SystemPackage

/// config.json of the Qwen3-Omni-MoE architecture (thinker part), both spellings of rope parameters. What the program
/// has no code for, or what no model can mean, is refused with file and field.
public struct ModelConfiguration: Sendable, Equatable {
    public struct Text: Sendable, Equatable {
        public var vocabularySize, hiddenSize, layers, heads, keyValueHeads, headDimension: Int
        /// Dense MLP width, used by layers in `denseLayers`; 0 where the file names none and no layer needs it.
        public var intermediateSize: Int
        public var moeIntermediateSize, experts, expertsPerToken: Int
        public var normalizesTopK: Bool
        /// Layers without experts (mlp_only_layers and decoder_sparse_step).
        public var denseLayers: Set<Int>
        public var rmsNormEpsilon: Float
        public var ropeTheta: Double
        /// Frequencies that follow the time, height and width position; the sum is half the head dimension.
        public var mropeSection: [Int]
        public var maxPositions: Int
        public var tiedEmbeddings: Bool
    }

    public struct Vision: Sendable, Equatable {
        public var depth, hiddenSize, intermediateSize, heads: Int
        public var inputChannels, patchSize, temporalPatchSize, mergeSize: Int
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
    /// The text model's linears are INT8 in the compressed-tensors int-quantized form.
    public var isQuantized: Bool

    public init(directory: FilePath) throws(CheckpointError) {
        let root = try ConfigurationObject(file: directory.appending("config.json"))
        try root.expect("model_type", "qwen3_omni_moe", "qwen3_omni_moe_thinker")
        // Thinker-only exports have the thinker's fields at the top level.
        let thinker = try root.object("thinker_config") ?? root
        text = try Text(thinker.required("text_config"))
        vision = try Vision(thinker.required("vision_config"))
        audio = try Audio(thinker.required("audio_config"))
        tokens = try TokenIDs(thinker, vocabularySize: text.vocabularySize)
        positionsPerSecond = try thinker.number("position_id_per_seconds", in: 0.001...1000)
        endOfTurn = try Self.endOfTurn(directory: directory, root: root, vocabularySize: text.vocabularySize)
        isQuantized = try QuantizationScheme.isInt8(root.has("quantization_config") ? root : thinker)
        try checkAgreement(thinker)
    }

    /// The parts must fit together.
    private func checkAgreement(_ thinker: ConfigurationObject) throws(CheckpointError) {
        guard vision.outputSize == text.hiddenSize else {
            throw thinker.invalid(
                "vision_config.out_hidden_size",
                "is \(vision.outputSize); it must equal text_config.hidden_size, \(text.hiddenSize)")
        }
        guard audio.outputSize == text.hiddenSize else {
            throw thinker.invalid(
                "audio_config.output_dim",
                "is \(audio.outputSize); it must equal text_config.hidden_size, \(text.hiddenSize)")
        }
        guard vision.deepstackIndexes.count <= text.layers else {
            throw thinker.invalid(
                "vision_config.deepstack_visual_indexes",
                "has \(vision.deepstackIndexes.count) entries for \(text.layers) text layers")
        }
    }

    private static func endOfTurn(
        directory: FilePath, root: ConfigurationObject, vocabularySize: Int
    ) throws(CheckpointError) -> [Int] {
        let ids = 0...vocabularySize - 1
        let path = directory.appending("generation_config.json")
        if path.exists {
            let generation = try ConfigurationObject(file: path)
            for field in ["thinker_eos_token_id", "eos_token_id"] {
                if let found = try generation.integerOrIntegers(field, in: ids), !found.isEmpty { return found }
            }
        }
        guard root.has("im_end_token_id") else {
            throw root.invalid("im_end_token_id", "is missing, and generation_config.json names no eos_token_id")
        }
        return [try root.integer("im_end_token_id", in: ids)]
    }
}

extension ModelConfiguration.TokenIDs {
    init(_ thinker: ConfigurationObject, vocabularySize: Int) throws(CheckpointError) {
        let ids = 0...vocabularySize - 1
        image = try thinker.integer("image_token_id", in: ids)
        video = try thinker.integer("video_token_id", in: ids)
        audio = try thinker.integer("audio_token_id", in: ids)
        visionStart = try thinker.integer("vision_start_token_id", in: ids)
        visionEnd = try thinker.integer("vision_end_token_id", in: ids)
        audioStart = try thinker.integer("audio_start_token_id", in: ids)
        audioEnd = try thinker.integer("audio_end_token_id", in: ids)
    }
}
