/// Names and shapes of the thinker's tensors on disk, as the configuration demands them.
struct ThinkerLayout {
    /// Name to shape, in no order that matters.
    private(set) var shapes: [(name: String, shape: [Int])] = []

    /// `prefix` is "thinker." in whole checkpoints and "" in thinker-only exports.
    init(_ configuration: ModelConfiguration, prefix: String) {
        addText(configuration.text, prefix)
        addVision(configuration.vision, prefix + "visual.")
        addAudio(configuration.audio, prefix + "audio_tower.")
    }

    /// Throws `missingTensor` or `wrongShape` for the first tensor that the checkpoint lacks.
    static func check(_ checkpoint: Checkpoint, against configuration: ModelConfiguration) throws(CheckpointError) {
        let isWhole = checkpoint.contains("thinker.model.embed_tokens.weight")
        for (name, shape) in ThinkerLayout(configuration, prefix: isWhole ? "thinker." : "").shapes {
            _ = try checkpoint.tensor(name, shape: shape)
        }
    }

    private mutating func add(_ name: String, _ shape: Int...) { shapes.append((name, shape)) }

    private mutating func addWithBias(_ name: String, _ shape: Int...) {
        shapes.append((name + ".weight", shape))
        shapes.append((name + ".bias", [shape[0]]))
    }

    private mutating func addMLP(_ name: String, hidden: Int, width: Int) {
        add(name + ".gate_proj.weight", width, hidden)
        add(name + ".up_proj.weight", width, hidden)
        add(name + ".down_proj.weight", hidden, width)
    }

    private mutating func addText(_ text: ModelConfiguration.Text, _ prefix: String) {
        let hidden = text.hiddenSize
        add(prefix + "model.embed_tokens.weight", text.vocabularySize, hidden)
        add(prefix + "model.norm.weight", hidden)
        if !text.tiedEmbeddings { add(prefix + "lm_head.weight", text.vocabularySize, hidden) }
        for index in 0..<text.layers {
            let layer = prefix + "model.layers.\(index)."
            let attention = layer + "self_attn."
            add(layer + "input_layernorm.weight", hidden)
            add(layer + "post_attention_layernorm.weight", hidden)
            add(attention + "q_norm.weight", text.headDimension)
            add(attention + "k_norm.weight", text.headDimension)
            add(attention + "q_proj.weight", text.heads * text.headDimension, hidden)
            add(attention + "k_proj.weight", text.keyValueHeads * text.headDimension, hidden)
            add(attention + "v_proj.weight", text.keyValueHeads * text.headDimension, hidden)
            add(attention + "o_proj.weight", hidden, text.heads * text.headDimension)
            if text.denseLayers.contains(index) {
                addMLP(layer + "mlp", hidden: hidden, width: text.intermediateSize)
            } else {
                add(layer + "mlp.gate.weight", text.experts, hidden)
                for expert in 0..<text.experts {
                    addMLP(layer + "mlp.experts.\(expert)", hidden: hidden, width: text.moeIntermediateSize)
                }
            }
        }
    }

    private mutating func addVision(_ vision: ModelConfiguration.Vision, _ prefix: String) {
        let hidden = vision.hiddenSize
        let merged = hidden * vision.mergeSize * vision.mergeSize
        addWithBias(
            prefix + "patch_embed.proj", hidden, vision.inputChannels, vision.temporalPatchSize, vision.patchSize,
            vision.patchSize)
        add(prefix + "pos_embed.weight", vision.positionEmbeddings, hidden)
        for index in 0..<vision.depth {
            let block = prefix + "blocks.\(index)."
            addWithBias(block + "norm1", hidden)
            addWithBias(block + "norm2", hidden)
            addWithBias(block + "attn.qkv", 3 * hidden, hidden)
            addWithBias(block + "attn.proj", hidden, hidden)
            addWithBias(block + "mlp.linear_fc1", vision.intermediateSize, hidden)
            addWithBias(block + "mlp.linear_fc2", hidden, vision.intermediateSize)
        }
        // The final merger normalises before it joins the patches, the deepstack mergers after.
        let deepstack = vision.deepstackIndexes.indices.map { ("merger_list.\($0).", merged) }
        for (merger, normalized) in [("merger.", hidden)] + deepstack {
            addWithBias(prefix + merger + "ln_q", normalized)
            addWithBias(prefix + merger + "mlp.0", merged, merged)
            addWithBias(prefix + merger + "mlp.2", vision.outputSize, merged)
        }
    }

    private mutating func addAudio(_ audio: ModelConfiguration.Audio, _ prefix: String) {
        let (model, channels) = (audio.modelSize, audio.downsampleHiddenSize)
        addWithBias(prefix + "conv2d1", channels, 1, 3, 3)
        addWithBias(prefix + "conv2d2", channels, channels, 3, 3)
        addWithBias(prefix + "conv2d3", channels, channels, 3, 3)
        // Three convolutions of stride 2 along the mel axis.
        add(prefix + "conv_out.weight", model, channels * ((audio.melBins + 7) / 8))
        for index in 0..<audio.layers {
            let layer = prefix + "layers.\(index)."
            for projection in ["q_proj", "k_proj", "v_proj", "out_proj"] {
                addWithBias(layer + "self_attn." + projection, model, model)
            }
            addWithBias(layer + "self_attn_layer_norm", model)
            addWithBias(layer + "final_layer_norm", model)
            addWithBias(layer + "fc1", audio.feedForwardSize, model)
            addWithBias(layer + "fc2", model, audio.feedForwardSize)
        }
        addWithBias(prefix + "ln_post", model)
        addWithBias(prefix + "proj1", model, model)
        addWithBias(prefix + "proj2", audio.outputSize, model)
    }
}
