/// Evaluated arguments of a call.
struct CallArguments {
    var positional: [Value] = []
    var named: [(name: String, value: Value)] = []

    func value(at index: Int, named name: String) -> Value? {
        index < positional.count ? positional[index] : named.first { $0.name == name }?.value
    }
}

extension Interpreter {
    func evaluate(_ expression: Expression, _ scope: Scope) throws(Refusal) -> Value {
        try descend()
        defer { ascend() }
        let value = try evaluateUnchecked(expression, scope)
        guard value.extent.depth <= Extent.deepest else { throw Self.tooDeep }
        return value
    }

    private func evaluateUnchecked(_ expression: Expression, _ scope: Scope) throws(Refusal) -> Value {
        switch expression {
        case .none: return .none
        case .boolean(let value): return .boolean(value)
        case .integer(let value): return .integer(value)
        case .float(let value): return .float(value)
        case .string(let value): return .string(value)
        case .list(let items): return .list(ValueList(try evaluate(items, scope)))
        case .dictionary(let entries):
            var dictionary = ValueDictionary()
            for entry in entries {
                let key = try hashable(try evaluate(entry.key, scope))
                try charge(dictionary.entries.count)
                dictionary.set(key, try evaluate(entry.value, scope))
            }
            return .dictionary(dictionary)
        case .name(let name): return lookUp(name, scope)
        case .attribute(let base, let name): return try attribute(name, of: try evaluate(base, scope))
        case .item(let base, let key): return try item(try evaluate(key, scope), of: try evaluate(base, scope))
        case .slice(let base, let start, let stop, let step):
            return try slice(
                try evaluate(base, scope), try bound(start, scope), try bound(stop, scope), try bound(step, scope))
        case .call(let callee, let arguments):
            return try call(try evaluate(callee, scope), try evaluate(arguments, scope))
        case .filter(let base, let name, let arguments):
            return try apply(name, to: try evaluate(base, scope), arguments, scope)
        case .test(let base, let name, let arguments):
            let value = try evaluate(base, scope)
            return .boolean(try test(name, value, try evaluate(arguments, scope)))
        case .negative(let operand):
            return try arithmetic(.integer(0), .subtract, try number(try evaluate(operand, scope), "-"))
        case .positive(let operand): return try number(try evaluate(operand, scope), "+")
        case .not(let operand): return .boolean(!(try evaluate(operand, scope).isTrue))
        case .and(let left, let right):
            let value = try evaluate(left, scope)
            return value.isTrue ? try evaluate(right, scope) : value
        case .or(let left, let right):
            let value = try evaluate(left, scope)
            return value.isTrue ? value : try evaluate(right, scope)
        case .arithmetic(let left, let operation, let right):
            return try arithmetic(try evaluate(left, scope), operation, try evaluate(right, scope))
        case .comparison(let first, let rest):
            var left = try evaluate(first, scope)
            for (operation, operand) in rest {
                let right = try evaluate(operand, scope)
                guard try compare(left, operation, right) else { return .boolean(false) }
                left = right
            }
            return .boolean(true)
        case .conditional(let condition, let value, let otherwise):
            if try evaluate(condition, scope).isTrue { return try evaluate(value, scope) }
            guard let otherwise else { return .undefined("the inline if without else") }
            return try evaluate(otherwise, scope)
        }
    }

    private func evaluate(_ expressions: [Expression], _ scope: Scope) throws(Refusal) -> [Value] {
        var values: [Value] = []
        for expression in expressions { values.append(try evaluate(expression, scope)) }
        return values
    }

    private func evaluate(_ arguments: Arguments, _ scope: Scope) throws(Refusal) -> CallArguments {
        var result = CallArguments(positional: try evaluate(arguments.positional, scope))
        for (name, value) in arguments.named { result.named.append((name, try evaluate(value, scope))) }
        return result
    }

    func apply(_ filter: String, to value: Value, _ arguments: Arguments, _ scope: Scope) throws(Refusal) -> Value {
        try apply(filter, to: value, try evaluate(arguments, scope))
    }

    private func lookUp(_ name: String, _ scope: Scope) -> Value {
        if let value = scope.lookUp(name) { return value }
        return GlobalFunction(rawValue: name).map { .function(.global($0)) } ?? .undefined("'\(name)'")
    }

    /// `value.name`: a method, or else the entry of that name.
    func attribute(_ name: String, of value: Value) throws(Refusal) -> Value {
        switch value {
        case .dictionary(let dictionary):
            if DictionaryMethod(rawValue: name) != nil { return .function(.method(of: value, name)) }
            if let entry = dictionary.value(for: .string(name)) { return entry }
        case .string where StringMethod(rawValue: name) != nil:
            return .function(.method(of: value, name))
        case .namespace(let namespace):
            if let attribute = namespace.attributes[name] { return attribute }
        case .loop(let state):
            if let attribute = state.attribute(name) { return attribute }
        case .undefined(let what): throw Refusal("\(what) is undefined; it has no '\(name)'")
        default: break
        }
        return .undefined("'\(name)' of a \(value.typeName)")
    }

    /// `value[key]`; undefined if it is not there.
    func item(_ key: Value, of value: Value) throws(Refusal) -> Value {
        switch (value, key) {
        case (.undefined(let what), _): throw Refusal("\(what) is undefined; it has no items")
        case (.dictionary(let dictionary), _):
            try charge(dictionary.entries.count)
            if let entry = dictionary.value(for: key) { return entry }
        case (.list(let list), .integer(let index)):
            let position = index < 0 ? index + list.items.count : index
            if list.items.indices.contains(position) { return list.items[position] }
        case (.string(let text), .integer(let index)):
            try charge(text.utf8.count)
            let scalars = Array(text.unicodeScalars)
            let position = index < 0 ? index + scalars.count : index
            if scalars.indices.contains(position) { return .string(String(scalars[position])) }
        default: break
        }
        if case .string(let name) = key { return try attribute(name, of: value) }
        return .undefined("an item of a \(value.typeName)")
    }

    private func bound(_ expression: Expression?, _ scope: Scope) throws(Refusal) -> Int? {
        guard let expression else { return nil }
        let value = try evaluate(expression, scope)
        if value.isNone { return nil }
        guard let bound = value.asInteger else { throw Refusal("a slice needs integers, not a \(value.typeName)") }
        return bound
    }

    private func slice(_ value: Value, _ start: Int?, _ stop: Int?, _ step: Int?) throws(Refusal) -> Value {
        let items = try elements(of: value)
        let picked = try Self.positions(count: items.count, start, stop, step ?? 1).map { items[$0] }
        if case .string = value { return .string(picked.map(\.text).joined()) }
        guard case .list = value else { throw Refusal("a \(value.typeName) cannot be sliced") }
        return .list(ValueList(picked))
    }

    /// Python's slice positions.
    private static func positions(count: Int, _ start: Int?, _ stop: Int?, _ step: Int) throws(Refusal) -> [Int] {
        guard step != 0, step > -(1 << 31), step < 1 << 31 else { throw Refusal("a slice has a bad step") }
        let lowest = step > 0 ? 0 : -1
        let highest = step > 0 ? count : count - 1
        func clamped(_ bound: Int) -> Int { min(max(bound < 0 ? bound + count : bound, lowest), highest) }
        let from = start.map(clamped) ?? (step > 0 ? lowest : highest)
        let to = stop.map(clamped) ?? (step > 0 ? highest : lowest)
        return Array(stride(from: from, to: to, by: step))
    }

    private func call(_ callee: Value, _ arguments: CallArguments) throws(Refusal) -> Value {
        switch callee {
        case .function(.macro(let macro, let scope)): return try call(macro, definedIn: scope, arguments)
        case .function(.global(let function)): return try callGlobal(function, arguments)
        case .function(.method(.string(let text), let name)): return try callMethod(name, of: text, arguments)
        case .function(.method(.dictionary(let dictionary), let name)):
            return try callMethod(name, of: dictionary, arguments)
        case .undefined(let what): throw Refusal("\(what) is undefined or not supported; it cannot be called")
        default: throw Refusal("a \(callee.typeName) cannot be called")
        }
    }

    private func hashable(_ key: Value) throws(Refusal) -> Value {
        switch key {
        case .string, .integer, .float, .boolean, .none: return key
        default: throw Refusal("a \(key.typeName) cannot be the key of a dict")
        }
    }
}
