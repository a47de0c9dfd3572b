import Yams

/// Reads `limits`, the job's or a task's.
struct LimitsReader {
    let tree: ManifestTree
    let mistakes: Mistakes

    /// `defaults` with the keys that are given, and those keys' places.
    func read(_ node: Node?, over defaults: Limits) -> (limits: Limits, keys: [(LimitKey, Node)]) {
        var limits = defaults
        let names = LimitKey.allCases.map(\.rawValue)
        guard let node,
            let reader = MappingReader(
                node, owner: "limits", prefix: "limits.", keys: names, tree: tree, mistakes: mistakes)
        else { return (limits, []) }
        var keys: [(LimitKey, Node)] = []
        for key in LimitKey.allCases {
            guard let place = reader.key(key.rawValue) else { continue }
            keys.append((key, place))
            if let value = reader.number(key.rawValue, in: key.range) { key.set(value, in: &limits) }
        }
        return (limits, keys)
    }
}
