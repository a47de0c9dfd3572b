/// Runs the statements of a template; expressions are in Evaluator.swift.
///
/// Values follow Python. Depth and work are limited, so that no template can hang or exhaust stack or memory.
final class Interpreter {
    private static let deepestRecursion = 400
    private static let mostWork = 1 << 27
    private static let workOfOneStep = 64
    /// Roughly the bytes that a list keeps for one item.
    static let workOfOneItem = 32

    private var output = ""
    private var line = 0
    private var depth = 0
    private var work = 0
    /// Scopes that macros are stored in, which hold each other.
    private var macroScopes: [Scope] = []

    private enum Flow { case normal, breakLoop, continueLoop }

    static func render(_ statements: [Statement], _ variables: [String: Value]) throws(TemplateError) -> String {
        let interpreter = Interpreter()
        defer { for scope in interpreter.macroScopes { scope.clear() } }
        do {
            _ = try interpreter.execute(statements, Scope(variables))
        } catch {
            throw TemplateError(line: interpreter.line, reason: error.reason)
        }
        return interpreter.output
    }

    /// What the statements print.
    private func capture(_ statements: [Statement], _ scope: Scope) throws(Refusal) -> String {
        let outer = output
        output = ""
        defer { output = outer }
        _ = try execute(statements, scope)
        return output
    }

    private func execute(_ statements: [Statement], _ scope: Scope) throws(Refusal) -> Flow {
        try descend()
        defer { ascend() }
        for statement in statements {
            line = statement.line
            let flow = try execute(statement, scope)
            if flow != .normal { return flow }
        }
        return .normal
    }

    private func execute(_ statement: Statement, _ scope: Scope) throws(Refusal) -> Flow {
        switch statement.kind {
        case .text(let text):
            try charge(text.utf8.count)
            output += text
        case .output(let expression):
            output += try text(of: try evaluate(expression, scope))
        case .conditional(let branches, let otherwise):
            for branch in branches where try evaluate(branch.condition, scope).isTrue {
                return try execute(branch.body, scope)
            }
            return try execute(otherwise, scope)
        case .loop(let loop):
            try run(loop, scope)
        case .set(let target, let expression):
            try assign(try evaluate(expression, scope), to: target, scope)
        case .setBlock(let target, let filters, let body):
            var value = Value.string(try capture(body, Scope(parent: scope)))
            for filter in filters { value = try apply(filter.name, to: value, filter.arguments, scope) }
            try assign(value, to: target, scope)
        case .macro(let macro):
            scope.set(macro.name, .function(.macro(macro, scope)))
            macroScopes.append(scope)
        case .breakLoop: return .breakLoop
        case .continueLoop: return .continueLoop
        }
        return .normal
    }

    private func run(_ loop: Loop, _ scope: Scope) throws(Refusal) {
        var items = try elements(of: try evaluate(loop.sequence, scope))
        if let filter = loop.filter {
            var kept: [Value] = []
            for item in items {
                let inner = Scope(parent: scope)
                try assign(item, to: loop.target, inner)
                if try evaluate(filter, inner).isTrue { kept.append(item) }
            }
            items = kept
        }
        if items.isEmpty {
            _ = try execute(loop.otherwise, scope)
            return
        }
        let list = ValueList(items)
        for (index, item) in items.enumerated() {
            let inner = Scope(parent: scope, ["loop": .loop(LoopState(list: list, index: index))])
            try assign(item, to: loop.target, inner)
            if try execute(loop.body, inner) == .breakLoop { return }
        }
    }

    private func assign(_ value: Value, to target: Target, _ scope: Scope) throws(Refusal) {
        switch target {
        case .name(let name):
            scope.set(name, value)
        case .attribute(let name, let attribute):
            guard case .namespace(let namespace)? = scope.lookUp(name) else {
                throw Refusal("set: '\(name)' is not a namespace")
            }
            guard value.extent.depth < Extent.deepest else { throw Self.tooDeep }
            namespace.attributes[attribute] = value
        case .list(let targets):
            let items = try elements(of: value)
            guard items.count == targets.count else {
                throw Refusal("cannot take \(items.count) values apart into \(targets.count) names")
            }
            for (target, item) in zip(targets, items) { try assign(item, to: target, scope) }
        }
    }

    func call(_ macro: Macro, definedIn scope: Scope, _ arguments: CallArguments) throws(Refusal) -> Value {
        let callLine = line
        defer { line = callLine }
        let inner = Scope(parent: scope)
        guard arguments.positional.count <= macro.parameters.count else {
            throw Refusal("macro '\(macro.name)' takes at most \(macro.parameters.count) arguments")
        }
        for (name, _) in arguments.named where !macro.parameters.contains(where: { $0.name == name }) {
            throw Refusal("macro '\(macro.name)' has no argument '\(name)'")
        }
        for (index, parameter) in macro.parameters.enumerated() {
            if let value = arguments.value(at: index, named: parameter.name) {
                inner.set(parameter.name, value)
            } else if let expression = parameter.defaultValue {
                inner.set(parameter.name, try evaluate(expression, inner))
            } else {
                inner.set(parameter.name, .undefined("'\(parameter.name)'"))
            }
        }
        return .string(try capture(macro.body, inner))
    }
}

extension Interpreter {
    static let tooDeep = Refusal(
        "a value is nested more than \(Extent.deepest) levels deep, or a namespace is inside another value")

    /// Python's `str`, paid for by its length.
    func text(of value: Value) throws(Refusal) -> String {
        try charge(value.extent.weight)
        return value.text
    }

    /// What a `for` goes through: items, keys, code points; nothing if undefined.
    func elements(of value: Value) throws(Refusal) -> [Value] {
        switch value {
        case .list(let list):
            try charge(list.items.count)
            return list.items
        case .dictionary(let dictionary):
            try charge(dictionary.entries.count)
            return dictionary.entries.map(\.key)
        case .string(let text):
            try charge(text.utf8.count, times: Self.workOfOneItem)
            return text.unicodeScalars.map { .string(String($0)) }
        case .undefined: return []
        default: throw Refusal("a \(value.typeName) cannot be iterated")
        }
    }

    func charge(_ amount: Int) throws(Refusal) {
        work += min(amount, Self.mostWork + 1)
        guard work <= Self.mostWork else { throw Refusal("the template does too much work; is there an endless loop?") }
    }

    func charge(_ amount: Int, times count: Int) throws(Refusal) {
        let product = amount.multipliedReportingOverflow(by: max(count, 0))
        try charge(product.overflow ? .max : product.partialValue)
    }

    func descend() throws(Refusal) {
        try charge(Self.workOfOneStep)
        guard depth < Self.deepestRecursion else { throw Refusal("macros or expressions call each other too deeply") }
        depth += 1
    }

    func ascend() { depth -= 1 }
}
