/// Expressions by precedence, loosest first: conditional, or, and, not, comparison, `+ -`, `~`, `* / // %`, `**`, unary,
/// postfix. Filters and tests bind as tightly as a postfix.
extension Parser {
    private static let mostLinks = 200

    /// An expression, or several with commas between: a list.
    mutating func parseExpressions() throws(TemplateError) -> Expression {
        let first = try parseExpression()
        guard isSymbol(",") else { return first }
        var items = [first]
        while skip(",") {
            if current.kind == .blockEnd || isSymbol(")") { break }
            items.append(try parseExpression())
        }
        return .list(items)
    }

    mutating func parseExpression() throws(TemplateError) -> Expression {
        try nest()
        defer { unnest() }
        var value = try parseOr()
        while skipName("if") {
            try link()
            let condition = try parseOr()
            value = .conditional(condition, then: value, else: skipName("else") ? try parseExpression() : nil)
        }
        return value
    }

    mutating func parseOr() throws(TemplateError) -> Expression {
        var value = try parseAnd()
        while skipName("or") {
            try link()
            value = .or(value, try parseAnd())
        }
        return value
    }

    private mutating func parseAnd() throws(TemplateError) -> Expression {
        var value = try parseNot()
        while skipName("and") {
            try link()
            value = .and(value, try parseNot())
        }
        return value
    }

    private mutating func parseNot() throws(TemplateError) -> Expression {
        guard skipName("not") else { return try parseComparison() }
        try nest()
        defer { unnest() }
        return .not(try parseNot())
    }

    private mutating func parseComparison() throws(TemplateError) -> Expression {
        let first = try parseArithmetic(.sum)
        var rest: [(operation: ComparisonOperator, operand: Expression)] = []
        while let operation = skipComparisonOperator() { rest.append((operation, try parseArithmetic(.sum))) }
        return rest.isEmpty ? first : .comparison(first, rest)
    }

    private mutating func skipComparisonOperator() -> ComparisonOperator? {
        if skipName("in") { return .contained }
        if isName("not"), isFollowed(byName: "in") {
            advance()
            advance()
            return .notContained
        }
        guard case .symbol(let symbol) = current.kind, let operation = ComparisonOperator(rawValue: symbol) else {
            return nil
        }
        advance()
        return operation
    }

    private enum Level: Int {
        case sum, concatenation, product, power, unary

        var operators: [ArithmeticOperator] {
            switch self {
            case .sum: [.add, .subtract]
            case .concatenation: [.concatenate]
            case .product: [.multiply, .divide, .floorDivide, .remainder]
            case .power: [.power]
            case .unary: []
            }
        }
    }

    private mutating func parseArithmetic(_ level: Level) throws(TemplateError) -> Expression {
        guard let tighter = Level(rawValue: level.rawValue + 1) else { return try parseUnary(withFilters: true) }
        var value = try parseArithmetic(tighter)
        while case .symbol(let symbol) = current.kind, let operation = ArithmeticOperator(rawValue: symbol),
            level.operators.contains(operation)
        {
            advance()
            try link()
            value = .arithmetic(value, operation, try parseArithmetic(tighter))
        }
        return value
    }

    /// `-x | f` is `(-x) | f`: the sign binds tighter than filters.
    private mutating func parseUnary(withFilters: Bool) throws(TemplateError) -> Expression {
        try nest()
        defer { unnest() }
        var value: Expression
        if skip("-") {
            value = .negative(try parseUnary(withFilters: false))
        } else if skip("+") {
            value = .positive(try parseUnary(withFilters: false))
        } else {
            value = try parsePrimary()
        }
        value = try parsePostfix(value)
        return withFilters ? try parseFilters(value) : value
    }

    private mutating func parsePrimary() throws(TemplateError) -> Expression {
        let token = current
        advance()
        switch token.kind {
        case .name("true"), .name("True"): return .boolean(true)
        case .name("false"), .name("False"): return .boolean(false)
        case .name("none"), .name("None"): return .none
        case .name(let name): return .name(name)
        case .integer(let number): return .integer(number)
        case .float(let number): return .float(number)
        case .string(var text):
            while case .string(let more) = current.kind {
                text += more
                advance()
            }
            return .string(text)
        case .symbol("("):
            if skip(")") { return .list([]) }
            let value = try parseExpressions()
            try expect(.symbol(")"))
            return value
        case .symbol("["):
            var items: [Expression] = []
            while !isSymbol("]") {
                items.append(try parseExpression())
                guard skip(",") else { break }
            }
            try expect(.symbol("]"))
            return .list(items)
        case .symbol("{"): return try parseDictionary()
        default:
            throw TemplateError(
                line: token.line, reason: "unexpected \(token.description), expected an expression")
        }
    }

    private mutating func parseDictionary() throws(TemplateError) -> Expression {
        var entries: [(key: Expression, value: Expression)] = []
        while !isSymbol("}") {
            let key = try parseExpression()
            try expect(.symbol(":"))
            entries.append((key, try parseExpression()))
            guard skip(",") else { break }
        }
        try expect(.symbol("}"))
        return .dictionary(entries)
    }

    private mutating func parsePostfix(_ base: Expression) throws(TemplateError) -> Expression {
        var value = base
        while true {
            if skip(".") {
                if case .integer(let index) = current.kind {
                    advance()
                    value = .item(value, .integer(index))
                } else {
                    value = .attribute(value, try parseName())
                }
            } else if skip("[") {
                value = try parseSubscript(of: value)
            } else if isSymbol("(") {
                value = .call(value, try parseArguments())
            } else {
                return value
            }
            try link()
        }
    }

    private mutating func parseSubscript(of value: Expression) throws(TemplateError) -> Expression {
        var bounds: [Expression?] = [nil]
        while !isSymbol("]") {
            if skip(":") {
                bounds.append(nil)
            } else if bounds[bounds.count - 1] == nil {
                bounds[bounds.count - 1] = try parseExpression()
            } else {
                break
            }
        }
        try expect(.symbol("]"))
        if bounds.count == 1, let index = bounds[0] { return .item(value, index) }
        guard (2...3).contains(bounds.count) else { throw unexpected("an index or a slice") }
        return .slice(value, start: bounds[0], stop: bounds[1], step: bounds.count == 3 ? bounds[2] : nil)
    }

    private mutating func parseFilters(_ base: Expression) throws(TemplateError) -> Expression {
        var value = base
        while true {
            if skip("|") {
                let name = try parseName()
                value = .filter(value, name, isSymbol("(") ? try parseArguments() : Arguments())
            } else if skipName("is") {
                let isNegated = skipName("not")
                let name = try parseName()
                let test = Expression.test(value, name, try parseTestArguments())
                value = isNegated ? .not(test) : test
            } else if isSymbol("(") {
                value = .call(value, try parseArguments())
            } else {
                return value
            }
            try link()
        }
    }

    /// A test takes its one argument with or without parentheses: `is divisibleby(3)`, `is divisibleby 3`.
    private mutating func parseTestArguments() throws(TemplateError) -> Arguments {
        switch current.kind {
        case .symbol("("): return try parseArguments()
        case .name("else"), .name("and"), .name("or"), .name("if"), .name("is"), .name("in"), .name("not"):
            return Arguments()
        case .name, .string, .integer, .float, .symbol("["), .symbol("{"):
            return Arguments(positional: [try parsePostfix(try parsePrimary())])
        default: return Arguments()
        }
    }

    mutating func parseArguments() throws(TemplateError) -> Arguments {
        var arguments = Arguments()
        try expect(.symbol("("))
        while !isSymbol(")") {
            if case .name(let name) = current.kind, isFollowed(bySymbol: "=") {
                advance()
                advance()
                arguments.named.append((name, try parseExpression()))
            } else {
                guard arguments.named.isEmpty else { throw unexpected("a named argument") }
                arguments.positional.append(try parseExpression())
            }
            guard skip(",") else { break }
        }
        try expect(.symbol(")"))
        return arguments
    }

    private mutating func link() throws(TemplateError) {
        links += 1
        guard links <= Self.mostLinks else {
            throw TemplateError(line: current.line, reason: "an expression has more than \(Self.mostLinks) operations")
        }
    }
}
