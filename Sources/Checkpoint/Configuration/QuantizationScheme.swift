/// quantization_config of config.json, as compressed-tensors writes it.
enum QuantizationScheme {
    /// Whether the weights are INT8 in the one form that is supported: `int-quantized`, symmetric, one scale per
    /// output channel. False where nothing is quantised; any other scheme is refused.
    static func isInt8(_ object: ConfigurationObject) throws(CheckpointError) -> Bool {
        guard let scheme = try object.object("quantization_config") else { return false }
        guard try scheme.string("quant_method") == "compressed-tensors" else {
            throw scheme.invalid(
                "quant_method",
                "must be \"compressed-tensors\"; convert the unquantised checkpoint with `nightreel convert`")
        }
        let groups = try scheme.required("config_groups").objects()
        guard !groups.isEmpty else { throw scheme.invalid("config_groups", "is empty") }
        for group in groups {
            let named = group.has("format") ? group : scheme
            guard try named.string("format") == "int-quantized" else {
                throw named.invalid("format", "must be \"int-quantized\"")
            }
            let weights = try group.required("weights")
            _ = try weights.integer("num_bits", in: 8...8)
            try weights.expect("type", "int")
            try weights.expect("symmetric", true)
            guard try weights.string("strategy") == "channel" else {
                throw weights.invalid("strategy", "must be \"channel\", one scale per output row")
            }
            if let activations = try group.object("input_activations") {
                _ = try activations.integer("num_bits", in: 8...8)
                try activations.expect("type", "int")
                try activations.expect("symmetric", true)
                try activations.expect("strategy", "token")
                try activations.expect("dynamic", true)
            }
            if group.has("output_activations") {
                throw group.invalid("output_activations", "are not supported")
            }
        }
        if scheme.has("kv_cache_scheme") { throw scheme.invalid("kv_cache_scheme", "is not supported") }
        return true
    }
}
