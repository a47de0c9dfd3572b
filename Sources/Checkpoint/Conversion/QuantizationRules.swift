/// The one table of what INT8 conversion quantises: the linears of the thinker's text layers. Everything else keeps
/// its precision; the linears among it are named in config.json's `ignore`, which is derived from the same table.
public enum QuantizationRules {
    /// Modules of a text layer that become INT8; `#` stands for any expert.
    static let quantizedModules: Set<String> = [
        "self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.o_proj",
        "mlp.gate_proj", "mlp.up_proj", "mlp.down_proj",
        "mlp.experts.#.gate_proj", "mlp.experts.#.up_proj", "mlp.experts.#.down_proj",
    ]

    /// Modules that hold or are linears and keep their precision, wherever they stand: the router, the output layer,
    /// the encoders and the speech part.
    static let keptModules = ["lm_head", "mlp.gate", "visual", "audio_tower", "talker", "code2wav"]

    /// Whether the tensor, named as it is on disk, becomes INT8 with a scale per row. Names of thinker-only exports
    /// lack the leading `thinker.`.
    public static func isQuantized(tensor name: String, shape: [Int]) -> Bool {
        guard shape.count == 2, let module = module(ofWeight: name) else { return false }
        return isQuantized(module: module)
    }

    static func isQuantized(module: String) -> Bool {
        var path = module.split(separator: ".", omittingEmptySubsequences: false)
        if path.first == "thinker" { path.removeFirst() }
        guard path.count > 3, path[0] == "model", path[1] == "layers", isNumber(path[2]) else { return false }
        let inLayer = path[3...].map { isNumber($0) ? "#" : $0 }.joined(separator: ".")
        return quantizedModules.contains(inLayer)
    }

    /// `X` of a tensor `X.weight`.
    static func module(ofWeight name: String) -> String? {
        name.hasSuffix(".weight") ? String(name.dropLast(".weight".count)) : nil
    }

    private static func isNumber(_ component: Substring) -> Bool {
        !component.isEmpty && component.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }

    /// The `ignore` list: regular expressions over module names, matched from the start as compressed-tensors does.
    static var ignoredModules: [String] {
        keptModules.map { module in
            let escaped = module.split(separator: ".").joined(separator: "\\.")
            return "re:(.*\\.)?\(escaped)(\\..*)?$"
        }
    }
}
