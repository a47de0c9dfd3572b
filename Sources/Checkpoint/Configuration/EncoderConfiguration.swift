extension ModelConfiguration.Vision {
    init(_ object: ConfigurationObject) throws(CheckpointError) {
        depth = try object.integer("depth", in: 1...1024)
        hiddenSize = try object.integer("hidden_size", in: 1...1 << 16)
        intermediateSize = try object.integer("intermediate_size", in: 1...1 << 20)
        heads = try object.integer("num_heads", in: 1...1024)
        guard hiddenSize.isMultiple(of: 4 * heads) else {
            throw object.invalid(
                "num_heads",
                "is \(heads): hidden_size \(hiddenSize) must split into heads of a multiple of four")
        }
        inputChannels = try object.integer(object.spelling("in_channels", "in_chans"), in: 3...3, default: 3)
        patchSize = try object.integer(object.spelling("patch_size", "spatial_patch_size"), in: 1...256)
        temporalPatchSize = try object.integer("temporal_patch_size", in: 1...16)
        mergeSize = try object.integer("spatial_merge_size", in: 1...16)
        outputSize = try object.integer("out_hidden_size", in: 1...1 << 16)
        positionEmbeddings = try Self.positionEmbeddings(object, patchSize: patchSize)
        deepstackIndexes = try object.integers("deepstack_visual_indexes", in: 0...depth - 1, atMost: depth)
        guard deepstackIndexes == Set(deepstackIndexes).sorted() else {
            throw object.invalid(
                "deepstack_visual_indexes", "is \(deepstackIndexes); layers must be named once, in order")
        }
        try object.expect("hidden_act", "gelu_pytorch_tanh", "gelu")
        activation = try object.string("hidden_act") ?? "gelu_pytorch_tanh"
    }

    /// Entries of the learned square position table. The published file gives its image size instead: 768 pixels of
    /// 16-pixel patches are 48 x 48.
    private static func positionEmbeddings(
        _ object: ConfigurationObject, patchSize: Int
    ) throws(CheckpointError) -> Int {
        guard object.has("num_position_embeddings") else {
            let image = try object.integer("image_size", in: patchSize...1 << 15)
            guard image.isMultiple(of: patchSize) else {
                throw object.invalid("image_size", "is \(image), no multiple of patch_size \(patchSize)")
            }
            return (image / patchSize) * (image / patchSize)
        }
        let count = try object.integer("num_position_embeddings", in: 1...1 << 24)
        let side = Int(Double(count).squareRoot())
        guard side * side == count else {
            throw object.invalid("num_position_embeddings", "is \(count), which is no square")
        }
        return count
    }
}

extension ModelConfiguration.Audio {
    init(_ object: ConfigurationObject) throws(CheckpointError) {
        try object.expect("activation_function", "gelu")
        try object.expect("scale_embedding", false)
        melBins = try object.integer("num_mel_bins", in: 8...1024)
        layers = try object.integer("encoder_layers", in: 1...1024)
        heads = try object.integer("encoder_attention_heads", in: 1...1024)
        feedForwardSize = try object.integer("encoder_ffn_dim", in: 1...1 << 20)
        modelSize = try object.integer("d_model", in: 4...1 << 16)
        guard modelSize.isMultiple(of: heads), modelSize.isMultiple(of: 2) else {
            throw object.invalid("d_model", "is \(modelSize); it must be even and a multiple of \(heads) heads")
        }
        downsampleHiddenSize = try object.integer("downsample_hidden_size", in: 1...1 << 16)
        outputSize = try object.integer("output_dim", in: 1...1 << 16)
        window = try object.integer("n_window", in: 1...1 << 16)
        inferenceWindow = try object.integer("n_window_infer", in: 2 * window...1 << 24)
    }
}
