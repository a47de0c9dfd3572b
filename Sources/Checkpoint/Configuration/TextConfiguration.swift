extension ModelConfiguration.Text {
    init(_ object: ConfigurationObject) throws(CheckpointError) {
        try object.expect("hidden_act", "silu")
        try object.expect("attention_bias", false)
        try object.expect("use_qk_norm", true)
        try object.expect("use_sliding_window", false)
        _ = try object.integer("shared_expert_intermediate_size", in: 0...0, default: 0)

        vocabularySize = try object.integer("vocab_size", in: 1...1 << 24)
        hiddenSize = try object.integer("hidden_size", in: 1...1 << 16)
        layers = try object.integer("num_hidden_layers", in: 1...1024)
        heads = try object.integer("num_attention_heads", in: 1...1024)
        keyValueHeads = try object.integer("num_key_value_heads", in: 1...heads)
        guard heads % keyValueHeads == 0 else {
            throw object.invalid("num_key_value_heads", "is \(keyValueHeads), which does not divide \(heads) heads")
        }
        headDimension = try object.integer("head_dim", in: 2...1024, default: hiddenSize / heads)
        guard headDimension.isMultiple(of: 2), headDimension > 0 else {
            throw object.invalid("head_dim", "is \(headDimension); rotary positions need an even number")
        }

        experts = try object.integer(object.spelling("num_experts", "num_local_experts"), in: 1...4096)
        expertsPerToken = try object.integer("num_experts_per_tok", in: 1...experts)
        moeIntermediateSize = try object.integer("moe_intermediate_size", in: 1...1 << 20)
        normalizesTopK = try object.boolean("norm_topk_prob", default: true)
        let sparseStep = try object.integer("decoder_sparse_step", in: 1...1024, default: 1)
        let mlpOnly = try object.integers("mlp_only_layers", in: 0...layers - 1, atMost: layers, default: [])
        denseLayers = Set((0..<layers).filter { ($0 + 1) % sparseStep != 0 || mlpOnly.contains($0) })
        intermediateSize = try object.integer(
            "intermediate_size", in: 1...1 << 20, default: denseLayers.isEmpty ? 0 : nil)

        rmsNormEpsilon = Float(try object.number("rms_norm_eps", in: 1e-12...1e-2, default: 1e-6))
        maxPositions = try object.integer("max_position_embeddings", in: 1...1 << 24)
        tiedEmbeddings = try object.boolean("tie_word_embeddings", default: false)
        (ropeTheta, mropeSection) = try Self.rope(object, headDimension: headDimension)
    }

    /// Transformers 4 writes `rope_theta` beside `rope_scaling`; 5 writes one object `rope_parameters`.
    private static func rope(
        _ object: ConfigurationObject, headDimension: Int
    ) throws(CheckpointError) -> (theta: Double, section: [Int]) {
        let rope = try object.required(object.spelling("rope_parameters", "rope_scaling"))
        let theta = try (rope.has("rope_theta") ? rope : object).number("rope_theta", in: 1...1e12)
        try rope.expect(rope.spelling("rope_type", "type"), "default", "mrope")
        try rope.expect("mrope_interleaved", true)
        let section = try rope.integers("mrope_section", in: 0...512, atMost: 3)
        guard section.count == 3, section.reduce(0, +) == headDimension / 2 else {
            throw rope.invalid(
                "mrope_section",
                "is \(section); three numbers with the sum head_dim / 2 = \(headDimension / 2) are needed")
        }
        return (theta, section)
    }
}
