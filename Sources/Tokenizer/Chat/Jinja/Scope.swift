/// Variables of a block, macro or loop round; what it does not have, its parent may.
final class Scope {
    private var variables: [String: Value]
    private let parent: Scope?

    init(parent: Scope? = nil, _ variables: [String: Value] = [:]) {
        self.parent = parent
        self.variables = variables
    }

    func lookUp(_ name: String) -> Value? {
        var scope: Scope? = self
        while let current = scope {
            if let value = current.variables[name] { return value }
            scope = current.parent
        }
        return nil
    }

    func set(_ name: String, _ value: Value) { variables[name] = value }

    /// A macro holds the scope that it is stored in: to be called when rendering is over.
    func clear() { variables = [:] }
}
