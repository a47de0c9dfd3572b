import SystemPackage
import Testing

@testable import Checkpoint

@Suite("Model configuration")
struct ModelConfigurationTests {
    let directory = try! TemporaryDirectory()

    func read(_ text: String, generation: String? = nil) throws -> ModelConfiguration {
        try directory.write(text.utf8, to: "config.json")
        if let generation { try directory.write(generation.utf8, to: "generation_config.json") }
        return try ModelConfiguration(directory: directory.path)
    }

    @Test("every field is where the file has it")
    func fields() throws {
        let model = try read(TinyModel.configuration)
        #expect(model.text.vocabularySize == 50 && model.text.hiddenSize == 24 && model.text.layers == 2)
        #expect(model.text.heads == 4 && model.text.keyValueHeads == 2 && model.text.headDimension == 8)
        #expect(model.text.experts == 3 && model.text.expertsPerToken == 2 && model.text.moeIntermediateSize == 13)
        #expect(model.text.denseLayers == [1] && model.text.intermediateSize == 17 && model.text.normalizesTopK)
        #expect(model.text.rmsNormEpsilon == 1e-6 && model.text.ropeTheta == 1e6 && model.text.maxPositions == 4096)
        #expect(model.text.mropeSection == [2, 1, 1] && !model.text.tiedEmbeddings)
        #expect(model.vision.positionEmbeddings == 9 && model.vision.deepstackIndexes == [0])
        #expect(model.vision.activation == "gelu_pytorch_tanh" && model.vision.outputSize == 24)
        #expect(model.audio.melBins == 20 && model.audio.window == 50 && model.audio.inferenceWindow == 800)
        #expect(model.tokens.image == 42 && model.tokens.visionEnd == 48 && model.tokens.audioEnd == 46)
        #expect(model.positionsPerSecond == 13 && model.endOfTurn == [41] && !model.isQuantized)
    }

    @Test("the spellings of Transformers 4 and 5 mean the same")
    func spellings() throws {
        let first = try read(TinyModel.configuration)
        let text = "thinker_config.text_config."
        var other = try TinyModel.configuration(text + "rope_theta", nil)
        other = try TinyModel.configuration(text + "rope_scaling", nil, of: other)
        other = try TinyModel.configuration(
            text + "rope_parameters",
            #"{"rope_theta": 1000000.0, "mrope_section": [2, 1, 1], "rope_type": "default", "mrope_interleaved": true}"#,
            of: other)
        other = try TinyModel.configuration(text + "num_experts", nil, of: other)
        other = try TinyModel.configuration(text + "num_local_experts", "3", of: other)
        other = try TinyModel.configuration("thinker_config.vision_config.image_size", nil, of: other)
        other = try TinyModel.configuration("thinker_config.vision_config.num_position_embeddings", "9", of: other)
        #expect(try read(other) == first)
    }

    @Test("a thinker-only export has the thinker's fields at the top level")
    func thinkerOnly() throws {
        let whole = try read(TinyModel.configuration)
        let inner = try JSONValue(parsing: Array(TinyModel.configuration.utf8))["thinker_config"]?.text() ?? ""
        var export = try TinyModel.configuration("model_type", "\"qwen3_omni_moe_thinker\"", of: inner)
        export = try TinyModel.configuration("im_end_token_id", "41", of: export)
        #expect(try read(export) == whole)
    }

    @Test(
        "the end of a turn comes from generation_config.json where it says so",
        arguments: [
            (#"{"thinker_eos_token_id": 7, "eos_token_id": 8}"#, [7]), (#"{"eos_token_id": [8, 9]}"#, [8, 9]),
            (#"{"thinker_eos_token_id": [1, 2]}"#, [1, 2]), (#"{"eos_token_id": null}"#, [41]), ("{}", [41]),
        ])
    func endOfTurn(generation: String, expected: [Int]) throws {
        #expect(try read(TinyModel.configuration, generation: generation).endOfTurn == expected)
    }

    @Test("layers without experts follow from the sparse step too")
    func sparseStep() throws {
        let text = try TinyModel.configuration("thinker_config.text_config.decoder_sparse_step", "2")
        let sparse = try TinyModel.configuration("thinker_config.text_config.mlp_only_layers", "[]", of: text)
        #expect(try read(sparse).text.denseLayers == [0])
    }

    static let impossible: [(path: String, json: String?, reason: String)] = [
        ("model_type", "\"llama\"", "is \"llama\""),
        ("thinker_config.text_config", nil, "text_config is missing"),
        ("thinker_config.text_config", "3", "must be an object"),
        ("thinker_config.text_config.hidden_size", nil, "hidden_size is missing"),
        ("thinker_config.text_config.hidden_size", "0", "hidden_size is 0"),
        ("thinker_config.text_config.hidden_size", "-24", "hidden_size is -24"),
        ("thinker_config.text_config.hidden_size", "24.5", "hidden_size is 24.5"),
        ("thinker_config.text_config.hidden_size", "\"24\"", "must be a whole number"),
        ("thinker_config.text_config.hidden_size", "1e300", "must be a whole number"),
        ("thinker_config.text_config.num_hidden_layers", "99999999999999999999", "num_hidden_layers is"),
        ("thinker_config.text_config.num_key_value_heads", "3", "does not divide 4 heads"),
        ("thinker_config.text_config.head_dim", "7", "even number"),
        ("thinker_config.text_config.num_experts_per_tok", "4", "from 1 to 3"),
        ("thinker_config.text_config.intermediate_size", nil, "intermediate_size is missing"),
        ("thinker_config.text_config.mlp_only_layers", "[2]", "mlp_only_layers is 2"),
        ("thinker_config.text_config.rope_scaling.mrope_section", "[2,2,2]", "sum head_dim / 2 = 4"),
        ("thinker_config.text_config.rope_scaling.mrope_section", "[4]", "three numbers"),
        ("thinker_config.text_config.rope_scaling.rope_type", "\"yarn\"", "is \"yarn\""),
        ("thinker_config.text_config.rope_scaling.mrope_interleaved", "false", "only true is supported"),
        ("thinker_config.text_config.rope_theta", "0", "rope_theta is 0"),
        ("thinker_config.text_config.rms_norm_eps", "1", "rms_norm_eps is 1"),
        ("thinker_config.text_config.attention_bias", "true", "only false is supported"),
        ("thinker_config.text_config.hidden_act", "\"relu\"", "is \"relu\""),
        ("thinker_config.vision_config.num_heads", "3", "num_heads is 3"),
        ("thinker_config.vision_config.image_size", "13", "no multiple of patch_size"),
        ("thinker_config.vision_config.num_position_embeddings", "8", "no square"),
        ("thinker_config.vision_config.deepstack_visual_indexes", "[1]", "deepstack_visual_indexes is 1"),
        ("thinker_config.vision_config.out_hidden_size", "25", "must equal text_config.hidden_size, 24"),
        ("thinker_config.vision_config.hidden_act", "\"silu\"", "\"gelu_pytorch_tanh\" or \"gelu\""),
        ("thinker_config.audio_config.output_dim", "25", "must equal text_config.hidden_size, 24"),
        ("thinker_config.audio_config.d_model", "9", "multiple of 2 heads"),
        ("thinker_config.audio_config.n_window_infer", "99", "from 100 to"),
        ("thinker_config.image_token_id", "50", "from 0 to 49"),
        ("thinker_config.position_id_per_seconds", "0", "position_id_per_seconds is 0"),
        ("im_end_token_id", nil, "generation_config.json names no eos_token_id"),
        ("quantization_config", #"{"quant_method": "gptq"}"#, "nightreel convert"),
    ]

    @Test("a value that cannot be is refused with file and field", arguments: impossible)
    func mistakes(path: String, json: String?, reason: String) throws {
        let text = try TinyModel.configuration(path, json)
        let error = #expect(throws: CheckpointError.self) { try read(text) }
        let line = try #require(error).description
        #expect(line.contains(reason), "\(line)")
        #expect(line.hasPrefix(directory.file("config.json").string) && !line.contains("\n"))
    }

    @Test("only INT8 per channel in the int-quantized form counts as quantised")
    func quantization() throws {
        let scheme = try JSONValue(parsing: Array(TinyModel.configuration.utf8))
        let converted = quantizedConfiguration(scheme).text()
        #expect(try read(converted).isQuantized)
        #expect(try !read(TinyModel.configuration("quantization_config", "null", of: converted)).isQuantized)
        let group = "quantization_config.config_groups.group_0."
        for (path, json) in [
            (group + "weights.num_bits", "4"), (group + "weights.strategy", "\"group\""),
            (group + "weights.symmetric", "false"), (group + "weights.type", "\"float\""),
            (group + "format", "\"pack-quantized\""), (group + "input_activations.dynamic", "false"),
            ("quantization_config.config_groups", "{}"), ("quantization_config.kv_cache_scheme", "{}"),
        ] {
            let text = try TinyModel.configuration(path, json, of: converted)
            #expect(throws: CheckpointError.self, "\(path)") { try read(text) }
        }
    }

    @Test("a configuration that is no JSON object says where", arguments: ["", "[]", "{\"a\":}", "{\"a\":1,\"a\":2}"])
    func noJSON(text: String) throws {
        let error = #expect(throws: CheckpointError.self) { try read(text) }
        #expect(try #require(error).description.contains("is no JSON"))
    }
}

@Suite("Preprocessor configuration")
struct PreprocessorConfigurationTests {
    let directory = try! TemporaryDirectory()

    func read(_ text: String) throws -> PreprocessorConfiguration {
        try directory.write(text.utf8, to: "preprocessor_config.json")
        return try PreprocessorConfiguration(directory: directory.path)
    }

    @Test("fields and the video limits' defaults")
    func fields() throws {
        let found = try read(TinyModel.preprocessor)
        #expect(found.minPixels == 64 && found.maxPixels == 4096 && found.patchSize == 4 && found.mergeSize == 2)
        #expect(found.mean == [0.5, 0.5, 0.5] && found.standardDeviation == [0.5, 0.5, 0.5])
        #expect(found.melBins == 20 && found.fftLength == 400 && found.hop == 160 && found.sampleRate == 16000)
        #expect(found.videoMinPixels == 131_072 && found.videoMaxPixels == 786_432)
    }

    @Test("limits spelt as a size of edges mean the same")
    func edges() throws {
        var text = try TinyModel.configuration("min_pixels", nil, of: TinyModel.preprocessor)
        text = try TinyModel.configuration("max_pixels", nil, of: text)
        text = try TinyModel.configuration("size", #"{"shortest_edge": 64, "longest_edge": 4096}"#, of: text)
        #expect(try read(text) == read(TinyModel.preprocessor))
    }

    @Test(
        "impossible values are refused with the field",
        arguments: [
            ("max_pixels", "63"), ("min_pixels", "0"), ("image_std", "[0,0,0]"), ("image_mean", "[0.5]"),
            ("hop_length", "401"), ("sampling_rate", "0"), ("patch_size", "0"), ("n_fft", "1"),
            ("video_max_pixels", "1"),
        ])
    func mistakes(field: String, json: String) throws {
        let text = try TinyModel.configuration(field, json, of: TinyModel.preprocessor)
        let error = #expect(throws: CheckpointError.self) { try read(text) }
        #expect(try #require(error).description.contains(field))
    }
}
