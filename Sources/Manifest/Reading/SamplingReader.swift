import Yams

/// Reads `sampling`: a preset's name, or a mapping that starts from a preset (`factual` unless named).
struct SamplingReader {
    let tree: ManifestTree
    let mistakes: Mistakes

    /// nil: absent or reported.
    func read(_ node: Node?) -> Sampling? {
        guard let node else { return nil }
        guard case .mapping = node else {
            let preset: SamplingPreset? = ScalarReader(mistakes).choice(
                node, label: "sampling", noun: "sampling preset", plural: "Presets")
            return preset?.sampling
        }
        let names = ["preset"] + SamplingKey.allCases.map(\.rawValue)
        guard
            let reader = MappingReader(
                node, owner: "sampling", prefix: "sampling.", keys: names, tree: tree, mistakes: mistakes)
        else { return nil }
        let preset: SamplingPreset? = reader.choice("preset", noun: "sampling preset", plural: "Presets")
        if reader.value("preset") != nil, preset == nil { return nil }
        var sampling = (preset ?? .factual).sampling
        var isTemperatureKnown = true
        for key in SamplingKey.allCases where reader.value(key.rawValue) != nil {
            if let value = reader.number(key.rawValue, in: key.range) {
                key.set(value, in: &sampling)
            } else if key == .temperature {
                isTemperatureKnown = false
            }
        }
        if sampling.temperature == 0, isTemperatureKnown {
            for key in SamplingKey.allCases where !key.hasEffectWhenGreedy {
                guard let place = reader.key(key.rawValue) else { continue }
                mistakes.report(
                    "sampling.\(key.rawValue) has no effect at temperature 0; "
                        + "raise sampling.temperature or choose the preset conversational or creative.", at: place)
            }
        }
        return sampling
    }
}
