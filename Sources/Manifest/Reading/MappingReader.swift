import Yams

/// Reads the keys of one mapping and reports what is wrong with them: unknown ones, ones that stand twice, values of
/// the wrong type or out of bounds.
struct MappingReader {
    /// What messages put before a key: "limits.".
    let prefix: String
    let node: Node
    let mistakes: Mistakes
    private var values: [String: (key: Node, value: Node)] = [:]

    /// - Parameters:
    ///   - owner: whose keys these are in a message, "a task".
    ///   - unknown: a better message for an unknown key, if there is one.
    /// nil: no mapping, reported.
    init?(
        _ node: Node, owner: String, prefix: String = "", keys: [String], tree: ManifestTree, mistakes: Mistakes,
        unknown: (String) -> String? = { _ in nil }
    ) {
        guard case .mapping(let mapping) = node else {
            mistakes.report("\(owner) must be a mapping (key: value), not \(node.notWords).", at: node)
            return nil
        }
        self.prefix = prefix
        self.node = node
        self.mistakes = mistakes
        reportTag(of: node)
        var places: [String: [Node]] = [:]
        for (key, value) in mapping {
            guard !mistakes.isFull else { break }
            guard case .scalar(let scalar) = key else {
                mistakes.report("a key of \(owner) is \(key.words); it must be plain text.", at: key)
                continue
            }
            let name = tree.standIns[scalar.string] ?? scalar.string
            places[name, default: []].append(key)
            if keys.contains(name) {
                values[name] = (key, value)
            } else if name == "<<" {
                mistakes.report("merge keys (<<) are not read; write the keys out, or use job-wide limits.", at: key)
            } else {
                let hint = unknown(name) ?? Suggestion.words(for: name, among: keys)
                let known = keys.sorted().joined(separator: ", ")
                mistakes.report("'\(name.clipped)' is no key of \(owner).\(hint) Keys: \(known).", at: key)
            }
        }
        for (name, keys) in places {
            for key in keys.dropFirst() {
                let first = keys[0].mark?.line ?? 1
                mistakes.report("'\(prefix)\(name)' stands twice; the first is on line \(first).", at: key)
            }
        }
    }

    func key(_ name: String) -> Node? { values[name]?.key }
    func value(_ name: String) -> Node? { values[name]?.value }

    /// Text that is not blank. nil: absent or reported.
    func text(_ name: String, allowsEmpty: Bool = false) -> String? {
        value(name).flatMap { ScalarReader(mistakes).text($0, label: prefix + name, allowsEmpty: allowsEmpty) }
    }

    /// nil: absent or reported.
    func number(_ name: String, in range: NumberRange) -> Double? {
        value(name).flatMap { ScalarReader(mistakes).number($0, label: prefix + name, in: range) }
    }

    /// nil: absent or reported.
    func flag(_ name: String) -> Bool? {
        guard let node = value(name) else { return nil }
        if case .scalar(let scalar) = node, case .flag(let flag) = ScalarValue(scalar) { return flag }
        mistakes.report("\(prefix)\(name) is \(node.words); it must be true or false.", at: node)
        return nil
    }

    /// The elements of a list. nil: absent or reported.
    func list(_ name: String, of what: String) -> [Node]? {
        guard let node = value(name) else { return nil }
        guard case .sequence(let sequence) = node else {
            mistakes.report("\(prefix)\(name) is \(node.words); it must be a list of \(what).", at: node)
            return nil
        }
        reportTag(of: node)
        guard !sequence.isEmpty else {
            mistakes.report("\(prefix)\(name) is empty; it must hold at least one of \(what).", at: node)
            return nil
        }
        return Array(sequence)
    }

    /// The value of an enumeration. nil: absent or reported.
    func choice<Choice>(_ name: String, noun: String, plural: String) -> Choice?
    where Choice: RawRepresentable<String> & CaseIterable {
        value(name).flatMap { ScalarReader(mistakes).choice($0, label: prefix + name, noun: noun, plural: plural) }
    }

    private func reportTag(of node: Node) {
        let tag = node.explicitTag
        if let tag { mistakes.report("the tag \(tag) is not read; remove it.", at: node) }
    }
}

extension Node {
    /// A tag that the file gives a mapping or a list.
    fileprivate var explicitTag: String? {
        let tag: Tag? =
            switch self {
            case .mapping(let mapping): mapping.tag
            case .sequence(let sequence): sequence.tag
            case .scalar, .alias: nil
            }
        let known = [Tag.Name.implicit.rawValue, Tag.Name.map.rawValue, Tag.Name.seq.rawValue]
        return tag.flatMap { known.contains($0.description) || $0.description.isEmpty ? nil : $0.description }
    }

    /// As after "must be a mapping, not ...".
    fileprivate var notWords: String { words == "empty" ? "nothing" : words }
}
