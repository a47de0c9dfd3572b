import Yams

/// Reads single values and says what is wrong with them.
struct ScalarReader {
    let mistakes: Mistakes

    init(_ mistakes: Mistakes) {
        self.mistakes = mistakes
    }

    func text(_ node: Node, label: String, allowsEmpty: Bool = false) -> String? {
        guard case .scalar(let scalar) = node else {
            return refuse(node, "\(label) is \(node.words); it must be text.")
        }
        switch ScalarValue(scalar) {
        case .text:
            let text = scalar.string
            if text.isEmpty && allowsEmpty { return text }
            if text.allSatisfy(\.isWhitespace) {
                return refuse(node, "\(label) is blank; write something or remove it.")
            }
            if text.utf8.contains(0) { return refuse(node, "\(label) holds a NUL character.") }
            return text
        case .empty:
            return refuse(node, "\(label) is empty; give it a value or remove it.")
        case .flag, .legacyFlag:
            return refuse(
                node, "\(label) is \(scalar.string), which YAML may take for a truth value; put it in quotes.")
        case .number, .legacyNumber:
            return refuse(node, "\(label) is the number \(scalar.string); put it in quotes to make it text.")
        case .tagged(let tag):
            return refuse(node, "\(label) has the tag \(tag), which is not read; write the text itself.")
        }
    }

    func number(_ node: Node, label: String, in range: NumberRange) -> Double? {
        let demand = "it must be \(range.description)"
        guard case .scalar(let scalar) = node else { return refuse(node, "\(label) is \(node.words); \(demand).") }
        switch ScalarValue(scalar) {
        case .number(let value) where range.contains(value):
            return value
        case .number:
            return refuse(node, "\(label) is \(scalar.string); \(demand).")
        case .text where scalar.style != .plain && Double(scalar.string) != nil:
            return refuse(node, "\(label) is '\(scalar.string.clipped)' in quotes; write the number without them.")
        case .legacyNumber:
            return refuse(node, "\(label) is \(scalar.string); write it in plain decimal digits, \(range.description).")
        case .text, .empty, .flag, .legacyFlag, .tagged:
            return refuse(node, "\(label) is \(node.words); \(demand).")
        }
    }

    /// "'transcirbe' is no task. Did you mean 'transcribe'? Tasks: ask, caption, describe_audio, transcribe."
    func choice<Choice>(_ node: Node, label: String, noun: String, plural: String) -> Choice?
    where Choice: RawRepresentable<String> & CaseIterable {
        guard let text = text(node, label: label) else { return nil }
        if let choice = Choice(rawValue: text) { return choice }
        let names = Choice.allCases.map(\.rawValue).sorted()
        let suggestion = Suggestion.words(for: text, among: names)
        let all = "\(plural): \(names.joined(separator: ", "))."
        return refuse(node, "'\(text.clipped)' is no \(noun).\(suggestion) \(all)")
    }

    private func refuse<Value>(_ node: Node, _ message: String) -> Value? {
        mistakes.report(message, at: node)
        return nil
    }
}
