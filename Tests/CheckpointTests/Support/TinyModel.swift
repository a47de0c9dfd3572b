import Foundation
import SystemPackage

@testable import Checkpoint

/// A model directory with every kind of tensor, small enough to convert hundreds of times: two text layers, of which
/// the second is dense, odd widths, one tensor of the speech part, one of an odd number of bytes.
struct TinyModel {
    static let configuration = """
        {
          "model_type": "qwen3_omni_moe", "im_end_token_id": 41, "dtype": "bfloat16",
          "thinker_config": {
            "image_token_id": 42, "video_token_id": 43, "audio_token_id": 44, "audio_start_token_id": 45,
            "audio_end_token_id": 46, "vision_start_token_id": 47, "vision_end_token_id": 48,
            "position_id_per_seconds": 13,
            "text_config": {
              "vocab_size": 50, "hidden_size": 24, "num_hidden_layers": 2, "num_attention_heads": 4,
              "num_key_value_heads": 2, "head_dim": 8, "hidden_act": "silu", "intermediate_size": 17,
              "moe_intermediate_size": 13, "num_experts": 3, "num_experts_per_tok": 2, "norm_topk_prob": true,
              "mlp_only_layers": [1], "rms_norm_eps": 1e-06, "max_position_embeddings": 4096,
              "rope_theta": 1000000, "rope_scaling": {"mrope_section": [2, 1, 1], "rope_type": "default"}
            },
            "vision_config": {
              "depth": 1, "hidden_size": 8, "intermediate_size": 12, "num_heads": 2, "in_channels": 3,
              "patch_size": 4, "temporal_patch_size": 2, "spatial_merge_size": 2, "out_hidden_size": 24,
              "image_size": 12, "deepstack_visual_indexes": [0], "hidden_act": "gelu_pytorch_tanh"
            },
            "audio_config": {
              "num_mel_bins": 20, "encoder_layers": 1, "encoder_attention_heads": 2, "encoder_ffn_dim": 12,
              "d_model": 8, "downsample_hidden_size": 3, "output_dim": 24, "n_window": 50, "n_window_infer": 800
            }
          }
        }
        """
    static let preprocessor = """
        {
          "min_pixels": 64, "max_pixels": 4096, "patch_size": 4, "temporal_patch_size": 2, "merge_size": 2,
          "image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5], "feature_size": 20, "n_fft": 400,
          "hop_length": 160, "sampling_rate": 16000
        }
        """

    /// The configuration with one value replaced; `json` is a fragment, `nil` removes the field. The path is
    /// separated by dots.
    static func configuration(_ path: String, _ json: String?, of text: String = configuration) throws -> String {
        func replaced(_ object: Any, _ path: ArraySlice<Substring>) throws -> Any {
            guard let key = path.first, var members = object as? [String: Any] else { return object }
            if path.count > 1 {
                members[String(key)] = try replaced(members[String(key)] ?? [String: Any](), path.dropFirst())
            } else if let json {
                let value = try JSONSerialization.jsonObject(with: Data(json.utf8), options: .fragmentsAllowed)
                members[String(key)] = value
            } else {
                members[String(key)] = nil
            }
            return members
        }
        let object = try JSONSerialization.jsonObject(with: Data(text.utf8))
        let result = try replaced(object, path.split(separator: ".")[...])
        return String(decoding: try JSONSerialization.data(withJSONObject: result, options: .sortedKeys), as: UTF8.self)
    }

    /// Writes the whole model; `prefix` is empty for a thinker-only export.
    static func write(
        to directory: TemporaryDirectory, dataType: String = "BF16", seed: UInt64 = 1, prefix: String = "thinker.",
        without missing: String? = nil, spoiling spoilt: String? = nil
    ) throws {
        try directory.write(configuration.utf8, to: "config.json")
        try directory.write(preprocessor.utf8, to: "preprocessor_config.json")
        try directory.write(#"{"thinker_eos_token_id": 41}"#.utf8, to: "generation_config.json")
        try directory.write(#"{"a": 0}"#.utf8, to: "vocab.json")
        try directory.write("hello".utf8, to: "README.md")
        var random = RandomBits(seed: seed)
        var builder = SafetensorsBuilder()
        let layout = ThinkerLayout(try ModelConfiguration(directory: directory.path), prefix: prefix)
        for (name, shape) in layout.shapes where name != missing {
            var values = (0..<shape.reduce(1, *)).map { _ in Float.random(in: -1...1, using: &random) * 0.05 }
            if name == spoilt { values[shape[1]] = .nan }
            builder.add(name, dataType, shape, encoded(values, as: dataType))
        }
        builder.add("talker.model.layers.0.self_attn.q_proj.weight", "BF16", [3, 5], [UInt8](repeating: 7, count: 30))
        builder.add("talker.flags", "U8", [3], [1, 2, 3])
        try directory.write(builder.bytes, to: "model.safetensors")
    }
}
