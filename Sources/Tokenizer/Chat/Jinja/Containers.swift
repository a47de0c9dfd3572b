/// Items with what it costs to walk through them.
struct ValueList {
    let items: [Value]
    let extent: Extent

    init(_ items: [Value]) {
        self.items = items
        extent = items.reduce(into: Extent()) { $0.include($1.extent) }
    }
}

/// A dictionary in insertion order. Chat templates have small ones: looked up by walking through.
struct ValueDictionary {
    private(set) var entries: [(key: Value, value: Value)] = []
    private(set) var extent = Extent()

    init(_ entries: [(String, Value)] = []) {
        for (key, value) in entries { append(.string(key), value) }
    }

    func value(for key: Value) -> Value? { entries.first { $0.key.equals(key) }?.value }

    /// A key that is there already keeps its place.
    mutating func set(_ key: Value, _ value: Value) {
        if let index = entries.firstIndex(where: { $0.key.equals(key) }) {
            entries[index].value = value
            extent.include(value.extent)
        } else {
            append(key, value)
        }
    }

    private mutating func append(_ key: Value, _ value: Value) {
        entries.append((key, value))
        extent.include(key.extent)
        extent.include(value.extent)
    }
}

/// How deep a value is nested and how much there is to walk through, kept with every container: a template can build
/// `[x, x]` of itself again and again, which is small in memory and endless to print.
struct Extent {
    static let deepest = 100

    var depth = 1
    /// Values and text bytes, each as often as it is reached; saturates.
    var weight = 1

    mutating func include(_ part: Extent) {
        depth = max(depth, part.depth + 1)
        weight = min(weight + part.weight, 1 << 60)
    }
}
