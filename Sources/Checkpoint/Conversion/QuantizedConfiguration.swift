/// config.json of the converted model: the source's with `quantization_config` at its end, as compressed-tensors
/// writes it for INT8 weights per output channel and INT8 activations per token.
func quantizedConfiguration(_ source: JSONValue) -> JSONValue {
    guard case .object(let members) = source else { return source }
    let kept = members.filter { $0.key != "quantization_config" }
    return .object(kept + [.init(key: "quantization_config", value: quantizationScheme)])
}

private var quantizationScheme: JSONValue {
    [
        "quant_method": "compressed-tensors",
        "format": "int-quantized",
        "quantization_status": "compressed",
        "config_groups": [
            "group_0": [
                "targets": ["Linear"],
                // Without it, readers take weights beside float activations for packed ones.
                "format": "int-quantized",
                "weights": scheme(strategy: "channel", dynamic: false, observer: "minmax"),
                "input_activations": scheme(strategy: "token", dynamic: true, observer: nil),
                "output_activations": .null,
            ]
        ],
        "ignore": .array(QuantizationRules.ignoredModules.map(JSONValue.string)),
        "kv_cache_scheme": .null,
        "global_compression_ratio": .null,
    ]
}

private func scheme(strategy: String, dynamic: Bool, observer: String?) -> JSONValue {
    [
        "num_bits": 8, "type": "int", "symmetric": true, "strategy": .string(strategy), "group_size": .null,
        "dynamic": .bool(dynamic), "observer": observer.map(JSONValue.string) ?? .null, "observer_kwargs": [:],
        "actorder": .null, "block_structure": .null,
    ]
}
