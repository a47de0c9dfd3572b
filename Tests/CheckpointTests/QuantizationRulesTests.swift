import Testing

@testable import Checkpoint

@Suite("What is quantised")
struct QuantizationRulesTests {
    static let quantized = [
        "thinker.model.layers.0.self_attn.q_proj", "thinker.model.layers.47.self_attn.k_proj",
        "thinker.model.layers.1.self_attn.v_proj", "thinker.model.layers.1.self_attn.o_proj",
        "thinker.model.layers.3.mlp.experts.127.gate_proj", "thinker.model.layers.3.mlp.experts.0.up_proj",
        "thinker.model.layers.3.mlp.experts.0.down_proj", "thinker.model.layers.3.mlp.gate_proj",
        "model.layers.3.mlp.down_proj",
    ]
    static let keptLinears = [
        "thinker.model.layers.3.mlp.gate", "thinker.lm_head", "lm_head", "thinker.visual.blocks.0.attn.qkv",
        "visual.merger.mlp.0", "thinker.audio_tower.layers.0.self_attn.q_proj", "audio_tower.conv_out",
        "talker.model.layers.0.self_attn.q_proj", "talker.model.layers.0.mlp.experts.3.gate_proj",
        "talker.model.layers.0.mlp.shared_expert_gate", "talker.codec_head", "talker.code_predictor.lm_head.4",
        "talker.code_predictor.model.layers.0.mlp.gate_proj", "code2wav.pre_transformer.layers.0.self_attn.q_proj",
    ]
    static let others = [
        "thinker.model.embed_tokens", "thinker.model.norm", "thinker.model.layers.0.self_attn.q_norm",
        "thinker.model.layers.0.input_layernorm", "thinker.model.layers.x.self_attn.q_proj",
        "thinker.thinker.model.layers.0.self_attn.q_proj", "thinker.model.layers.0.self_attn.q_proj.extra",
    ]

    @Test("the text layers' linears are, routers, encoders, embeddings and speech are not")
    func table() {
        for name in Self.quantized {
            #expect(QuantizationRules.isQuantized(tensor: name + ".weight", shape: [4, 4]), "\(name)")
        }
        for name in Self.keptLinears + Self.others {
            #expect(!QuantizationRules.isQuantized(tensor: name + ".weight", shape: [4, 4]), "\(name)")
        }
        #expect(!QuantizationRules.isQuantized(tensor: Self.quantized[0] + ".weight", shape: [4]))
        #expect(!QuantizationRules.isQuantized(tensor: Self.quantized[0] + ".bias", shape: [4, 4]))
    }

    @Test("the ignore list names every other linear and none of the quantised ones")
    func ignoreList() throws {
        let expressions = try QuantizationRules.ignoredModules.map { entry in
            try Regex(String(entry.trimmingPrefix("re:")))
        }
        func isIgnored(_ module: String) -> Bool { expressions.contains { module.prefixMatch(of: $0) != nil } }
        for name in Self.quantized { #expect(!isIgnored(name), "\(name)") }
        for name in Self.keptLinears { #expect(isIgnored(name), "\(name)") }
    }
}
