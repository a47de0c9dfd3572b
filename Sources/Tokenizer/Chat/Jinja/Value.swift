/// A value at render time, with Python's semantics. Tuples are lists.
enum Value {
    /// Carries what was missing, for error messages: "'message.name'".
    case undefined(String)
    case none
    case boolean(Bool)
    case integer(Int)
    case float(Double)
    case string(String)
    case list(ValueList)
    case dictionary(ValueDictionary)
    case namespace(Namespace)
    case loop(LoopState)
    case function(Function)
}

/// `namespace()`: shared by reference, so that a loop's body can assign to it. It counts as deep as a value may be, so
/// that it can be a variable's value but no part of another: no cycles, no chains.
final class Namespace {
    var attributes: [String: Value]
    init(_ attributes: [String: Value]) { self.attributes = attributes }
}

/// The variable `loop` of a `for`.
struct LoopState {
    var list: ValueList
    var index: Int
    var items: [Value] { list.items }

    func attribute(_ name: String) -> Value? {
        switch name {
        case "index": .integer(index + 1)
        case "index0": .integer(index)
        case "revindex": .integer(items.count - index)
        case "revindex0": .integer(items.count - index - 1)
        case "first": .boolean(index == 0)
        case "last": .boolean(index == items.count - 1)
        case "length": .integer(items.count)
        case "previtem": index > 0 ? items[index - 1] : .undefined("'loop.previtem'")
        case "nextitem": index + 1 < items.count ? items[index + 1] : .undefined("'loop.nextitem'")
        default: nil
        }
    }
}

indirect enum Function {
    case global(GlobalFunction)
    case method(of: Value, String)
    /// With the scope it was defined in.
    case macro(Macro, Scope)
}

extension Value {
    var isTrue: Bool {
        switch self {
        case .undefined, .none: false
        case .boolean(let value): value
        case .integer(let value): value != 0
        case .float(let value): value != 0
        case .string(let value): !value.isEmpty
        case .list(let list): !list.items.isEmpty
        case .dictionary(let dictionary): !dictionary.entries.isEmpty
        case .namespace, .loop, .function: true
        }
    }

    var extent: Extent {
        switch self {
        case .string(let text): Extent(depth: 0, weight: 1 + text.utf8.count)
        case .list(let list): list.extent
        case .dictionary(let dictionary): dictionary.extent
        case .loop(let state): state.list.extent
        case .namespace: Extent(depth: Extent.deepest, weight: 1)
        case .function(.method(let value, _)): Extent(depth: value.extent.depth + 1, weight: 1)
        default: Extent(depth: 0, weight: 1)
        }
    }

    /// Python's name of the type, for error messages.
    var typeName: String {
        switch self {
        case .undefined: "undefined"
        case .none: "none"
        case .boolean: "bool"
        case .integer: "int"
        case .float: "float"
        case .string: "string"
        case .list: "list"
        case .dictionary: "dict"
        case .namespace: "namespace"
        case .loop: "loop"
        case .function: "function"
        }
    }

    var isNone: Bool {
        if case .none = self { true } else { false }
    }

    var isUndefined: Bool {
        if case .undefined = self { true } else { false }
    }

    /// Integers, and booleans as 0 and 1.
    var asInteger: Int? {
        switch self {
        case .integer(let value): value
        case .boolean(let value): value ? 1 : 0
        default: nil
        }
    }

    var asFloat: Double? {
        if case .float(let value) = self { return value }
        return asInteger.map(Double.init)
    }

    /// Python's `==`: numbers across types, text by code points.
    func equals(_ other: Value) -> Bool {
        switch (self, other) {
        case (.string(let a), .string(let b)): return a.equals(b)
        case (.none, .none), (.undefined, .undefined): return true
        case (.list(let a), .list(let b)): return a.items.elementsEqual(b.items) { $0.equals($1) }
        case (.dictionary(let a), .dictionary(let b)):
            return a.entries.count == b.entries.count
                && a.entries.allSatisfy { entry in b.value(for: entry.key)?.equals(entry.value) ?? false }
        case (.namespace(let a), .namespace(let b)): return a === b
        default:
            if let a = asInteger, let b = other.asInteger { return a == b }
            if let a = asFloat, let b = other.asFloat { return a == b }
            return false
        }
    }
}
