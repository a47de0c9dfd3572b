/// The filters `value | name(...)` of Jinja and Hugging Face that chat templates use.
enum Filter: String {
    case abs, capitalize, count, d, `default`, first, float, int, items, join, last, length, list, lower, map
    case reject, rejectattr, replace, reverse, safe, select, selectattr, string, title, tojson, trim, upper
}

extension Interpreter {
    func apply(_ name: String, to value: Value, _ arguments: CallArguments) throws(Refusal) -> Value {
        guard let filter = Filter(rawValue: name) else { throw Refusal("the filter '\(name)' is not supported") }
        switch filter {
        case .string, .safe: return .string(try text(of: value))
        case .upper, .lower, .capitalize, .title, .trim, .replace: return try applyText(filter, to: value, arguments)
        case .default, .d:
            let replacesFalse = arguments.value(at: 1, named: "boolean")?.isTrue ?? false
            return value.isUndefined || replacesFalse && !value.isTrue
                ? arguments.value(at: 0, named: "default_value") ?? .string("") : value
        case .tojson: return .string(try json(value, arguments))
        case .length, .count: return .integer(try length(of: value))
        case .abs:
            let isNegative = try number(value, "abs").asFloat.map { $0 < 0 } ?? false
            return isNegative ? try arithmetic(.integer(0), .subtract, value) : try number(value, "abs")
        case .int: return integer(value) ?? arguments.value(at: 0, named: "default") ?? .integer(0)
        case .float: return float(value) ?? arguments.value(at: 0, named: "default") ?? .float(0)
        case .items: return .list(ValueList(try pairs(of: value)))
        default: return try applyToElements(filter, of: value, arguments)
        }
    }

    private func applyText(_ filter: Filter, to value: Value, _ arguments: CallArguments) throws(Refusal) -> Value {
        let text = try text(of: value)
        switch filter {
        case .upper: return .string(text.uppercased())
        case .lower: return .string(text.lowercased())
        case .capitalize: return .string(text.capitalizedOnce)
        case .title: return .string(text.titled { !$0.isPythonSpace && !"-({[<".unicodeScalars.contains($0) })
        case .trim: return .string(text.stripped(.both, of: arguments.value(at: 0, named: "chars")?.text))
        default:
            guard let old = arguments.value(at: 0, named: "old"), let new = arguments.value(at: 1, named: "new") else {
                throw Refusal("replace needs what to replace and by what")
            }
            return .string(
                try replace(old.text, by: new.text, in: text, arguments.value(at: 2, named: "count")?.asInteger))
        }
    }

    private func applyToElements(_ filter: Filter, of value: Value, _ arguments: CallArguments) throws(Refusal)
        -> Value
    {
        if filter == .reverse, case .string(let text) = value {
            return .string(String(scalars: text.unicodeScalars.reversed()))
        }
        let items = try elements(of: value)
        switch filter {
        case .list: return .list(ValueList(items))
        case .first: return items.first ?? .undefined("the first item of an empty list")
        case .last: return items.last ?? .undefined("the last item of an empty list")
        case .reverse: return .list(ValueList(items.reversed()))
        case .join: return .string(try join(items, arguments))
        case .map: return .list(ValueList(try map(items, arguments)))
        default: return .list(ValueList(try select(filter, items, arguments)))
        }
    }

    private func join(_ items: [Value], _ arguments: CallArguments) throws(Refusal) -> String {
        let separator = arguments.value(at: 0, named: "d")?.text ?? ""
        let name = arguments.value(at: 1, named: "attribute")
        try charge(separator.utf8.count, times: items.count)
        var parts: [String] = []
        for item in items { parts.append(try text(of: name == nil ? item : try path(name, in: item))) }
        return parts.joined(separator: separator)
    }

    /// `map(attribute="name")` or `map("filter", ...)`.
    private func map(_ items: [Value], _ arguments: CallArguments) throws(Refusal) -> [Value] {
        var result: [Value] = []
        if let name = arguments.named.first(where: { $0.name == "attribute" })?.value {
            let fallback = arguments.named.first { $0.name == "default" }?.value
            for item in items {
                let value = try path(name, in: item)
                result.append(value.isUndefined ? fallback ?? value : value)
            }
        } else if case .string(let filter)? = arguments.positional.first {
            let rest = CallArguments(positional: Array(arguments.positional.dropFirst()), named: arguments.named)
            for item in items {
                try descend()
                defer { ascend() }
                result.append(try apply(filter, to: item, rest))
            }
        } else {
            throw Refusal("map needs a filter's name or attribute=")
        }
        return result
    }

    /// `select`, `reject` by a test on the item; `selectattr`, `rejectattr` by one on its attribute; without a test, by
    /// truth.
    private func select(_ filter: Filter, _ items: [Value], _ arguments: CallArguments) throws(Refusal) -> [Value] {
        var rest = arguments.positional[...]
        let attribute = filter == .selectattr || filter == .rejectattr ? rest.popFirst() : nil
        let testName = rest.popFirst()?.text
        let keeps = filter == .select || filter == .selectattr
        var result: [Value] = []
        for item in items {
            let value = attribute == nil ? item : try path(attribute, in: item)
            let holds =
                if let testName { try test(testName, value, CallArguments(positional: Array(rest))) } else {
                    value.isTrue
                }
            if holds == keeps { result.append(item) }
        }
        return result
    }

    /// `"function.name"` or an index.
    private func path(_ path: Value?, in item: Value) throws(Refusal) -> Value {
        guard case .string(let names)? = path else { return try self.item(path ?? .none, of: item) }
        var value = item
        for name in names.split(by: ".") {
            value = try self.item(Int(name).map { .integer($0) } ?? .string(name), of: value)
        }
        return value
    }

    private func json(_ value: Value, _ arguments: CallArguments) throws(Refusal) -> String {
        try charge(value.extent.weight, times: 2)
        func argument(_ index: Int, _ name: String) -> Value? {
            arguments.value(at: index, named: name).flatMap { $0.isNone ? nil : $0 }
        }
        let indent = argument(1, "indent")?.asInteger.map { min(max($0, 0), 16) }
        try charge(value.extent.weight, times: (indent ?? 0) * value.extent.depth)
        var writer = JSONWriter(indent: indent)
        writer.escapesNonASCII = argument(0, "ensure_ascii")?.isTrue ?? false
        writer.sortsKeys = argument(3, "sort_keys")?.isTrue ?? false
        if case .list(let separators)? = argument(2, "separators"), separators.items.count == 2 {
            writer.itemSeparator = separators.items[0].text
            writer.keySeparator = separators.items[1].text
        }
        return try writer.write(value)
    }

    func length(of value: Value) throws(Refusal) -> Int {
        switch value {
        case .string(let text):
            try charge(text.utf8.count)
            return text.unicodeScalars.count
        case .list(let list): return list.items.count
        case .dictionary(let dictionary): return dictionary.entries.count
        case .undefined: return 0
        default: throw Refusal("a \(value.typeName) has no length")
        }
    }

    func pairs(of value: Value) throws(Refusal) -> [Value] {
        switch value {
        case .undefined: return []
        case .dictionary(let dictionary):
            try charge(dictionary.entries.count)
            return dictionary.entries.map { .list(ValueList([$0.key, $0.value])) }
        default: throw Refusal("items needs a dict, not a \(value.typeName)")
        }
    }

    func replace(_ old: String, by new: String, in text: String, _ count: Int?) throws(Refusal) -> String {
        try charge(new.utf8.count, times: text.utf8.count / max(old.utf8.count, 1) + 1)
        try charge(text.utf8.count)
        return text.utf8Replacing(old, with: new, atMost: count.map { $0 < 0 ? .max : $0 } ?? .max)
    }

    private func integer(_ value: Value) -> Value? {
        switch value {
        case .string(let text): Int(text.stripped(.both)).map { .integer($0) } ?? float(value).flatMap(integer)
        case .float(let number): Int(exactly: number.rounded(.towardZero)).map { .integer($0) }
        default: value.asInteger.map { .integer($0) }
        }
    }

    private func float(_ value: Value) -> Value? {
        if case .string(let text) = value { return Double(text.stripped(.both)).map { .float($0) } }
        return value.asFloat.map { .float($0) }
    }
}
