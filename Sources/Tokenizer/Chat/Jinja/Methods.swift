/// Python methods of strings that chat templates call.
enum StringMethod: String {
    case capitalize, endswith, join, lower, lstrip, replace, rsplit, rstrip, split, startswith, strip, title, upper
}

/// Python methods of dictionaries that chat templates call.
enum DictionaryMethod: String {
    case get, items, keys, values
}

extension Interpreter {
    func callMethod(_ name: String, of dictionary: ValueDictionary, _ arguments: CallArguments) throws(Refusal) -> Value
    {
        try charge(dictionary.entries.count)
        switch DictionaryMethod(rawValue: name) {
        case .items: return .list(ValueList(try pairs(of: .dictionary(dictionary))))
        case .keys: return .list(ValueList(dictionary.entries.map(\.key)))
        case .values: return .list(ValueList(dictionary.entries.map(\.value)))
        default:
            guard let key = arguments.positional.first else { throw Refusal("get needs a key") }
            return dictionary.value(for: key) ?? arguments.value(at: 1, named: "default") ?? .none
        }
    }

    func callMethod(_ name: String, of text: String, _ arguments: CallArguments) throws(Refusal) -> Value {
        guard let method = StringMethod(rawValue: name) else { throw Refusal("strings have no method '\(name)'") }
        try charge(text.utf8.count)
        switch method {
        case .upper: return .string(text.uppercased())
        case .lower: return .string(text.lowercased())
        case .capitalize: return .string(text.capitalizedOnce)
        case .title: return .string(text.titled(\.properties.isAlphabetic))
        case .strip: return .string(text.stripped(.both, of: try optionalText(arguments, 0, name)))
        case .lstrip: return .string(text.stripped(.left, of: try optionalText(arguments, 0, name)))
        case .rstrip: return .string(text.stripped(.right, of: try optionalText(arguments, 0, name)))
        case .split, .rsplit: return .list(ValueList(try split(text, arguments, name)))
        case .startswith: return .boolean(try affixes(arguments, name).contains(where: text.startsWith))
        case .endswith: return .boolean(try affixes(arguments, name).contains(where: text.endsWith))
        case .join:
            guard let items = arguments.positional.first else { throw Refusal("join needs a list") }
            return try apply("join", to: items, CallArguments(positional: [.string(text)]))
        case .replace:
            guard let old = try optionalText(arguments, 0, name), let new = try optionalText(arguments, 1, name) else {
                throw Refusal("replace needs what to replace and by what")
            }
            return .string(
                try replace(old, by: new, in: text, arguments.value(at: 2, named: "count")?.asInteger))
        }
    }

    private func split(_ text: String, _ arguments: CallArguments, _ name: String) throws(Refusal) -> [Value] {
        try charge(text.utf8.count, times: Self.workOfOneItem / 2)
        let limit = arguments.value(at: 1, named: "maxsplit")?.asInteger.flatMap { $0 < 0 ? nil : $0 }
        let separator = arguments.value(at: 0, named: "sep")
        if separator == nil || separator?.isNone == true {
            guard limit == nil else { throw Refusal("\(name) with a limit needs a separator") }
            return text.splitAtSpaces().map { .string($0) }
        }
        guard case .string(let separator)? = separator, !separator.isEmpty else {
            throw Refusal("\(name) needs a separator that is a string and not empty")
        }
        guard name == "rsplit" else { return text.split(by: separator, atMost: limit ?? .max).map { .string($0) } }
        let parts = text.backwards.split(by: separator.backwards, atMost: limit ?? .max)
        return parts.reversed().map { .string($0.backwards) }
    }

    /// A prefix or suffix, or several to choose from.
    private func affixes(_ arguments: CallArguments, _ name: String) throws(Refusal) -> [String] {
        if case .list(let list)? = arguments.positional.first { return list.items.map(\.text) }
        guard let text = try optionalText(arguments, 0, name) else { throw Refusal("\(name) needs a string") }
        return [text]
    }

    private func optionalText(_ arguments: CallArguments, _ index: Int, _ name: String) throws(Refusal) -> String? {
        guard index < arguments.positional.count, !arguments.positional[index].isNone else { return nil }
        guard case .string(let text) = arguments.positional[index] else {
            throw Refusal("\(name) takes a string, not a \(arguments.positional[index].typeName)")
        }
        return text
    }
}
