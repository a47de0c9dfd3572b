/// Statements of a template by recursive descent; expressions are in ExpressionParser.swift.
struct Parser {
    private static let deepestNesting = 100

    private let tokens: [Token]
    private var position = 0
    private var nesting = 0
    /// Links of operator and postfix chains in the statement at hand: each makes its tree one level deeper.
    var links = 0

    private init(_ tokens: [Token]) { self.tokens = tokens }

    static func parse(_ template: String) throws(TemplateError) -> [Statement] {
        var parser = Parser(try Lexer.tokens(of: template))
        let statements = try parser.parseBody(until: [])
        guard parser.current.kind == .end else { throw parser.unexpected() }
        return statements
    }

    /// Statements up to a tag named in `ends`, whose name is then the current token, or to the end of the template.
    private mutating func parseBody(until ends: Set<String>) throws(TemplateError) -> [Statement] {
        try nest()
        defer { unnest() }
        var statements: [Statement] = []
        while true {
            let token = current
            links = 0
            switch token.kind {
            case .text(let text):
                advance()
                statements.append(Statement(kind: .text(text), line: token.line))
            case .outputStart:
                advance()
                statements.append(Statement(kind: .output(try parseExpression()), line: token.line))
                try expect(.outputEnd)
            case .blockStart:
                advance()
                guard case .name(let name) = current.kind else { throw unexpected("the name of a tag") }
                if ends.contains(name) { return statements }
                advance()
                statements.append(Statement(kind: try parseBlock(name, line: token.line), line: token.line))
            default:
                guard ends.isEmpty else { throw unexpected("'{% \(ends.sorted().joined(separator: " or ")) %}'") }
                return statements
            }
        }
    }

    private mutating func parseBlock(_ name: String, line: Int) throws(TemplateError) -> Statement.Kind {
        switch name {
        case "if": return try parseIf()
        case "for": return try parseFor()
        case "set": return try parseSet()
        case "macro": return try parseMacro()
        case "break":
            try expect(.blockEnd)
            return .breakLoop
        case "continue":
            try expect(.blockEnd)
            return .continueLoop
        default:
            throw TemplateError(line: line, reason: "the tag '\(name)' is not supported or out of place")
        }
    }

    private mutating func parseIf() throws(TemplateError) -> Statement.Kind {
        var branches: [(condition: Expression, body: [Statement])] = []
        var otherwise: [Statement] = []
        var isOpen = true
        while isOpen {
            let condition = try parseExpression()
            try expect(.blockEnd)
            branches.append((condition, try parseBody(until: ["elif", "else", "endif"])))
            isOpen = skipName("elif")
        }
        if skipName("else") {
            try expect(.blockEnd)
            otherwise = try parseBody(until: ["endif"])
        }
        try endBlock("endif")
        return .conditional(branches: branches, otherwise: otherwise)
    }

    private mutating func parseFor() throws(TemplateError) -> Statement.Kind {
        let target = try parseTarget()
        guard skipName("in") else { throw unexpected("'in'") }
        let sequence = try parseOr()
        let filter = skipName("if") ? try parseExpression() : nil
        if isName("recursive") {
            throw TemplateError(line: current.line, reason: "recursive loops are not supported")
        }
        try expect(.blockEnd)
        let body = try parseBody(until: ["else", "endfor"])
        var otherwise: [Statement] = []
        if skipName("else") {
            try expect(.blockEnd)
            otherwise = try parseBody(until: ["endfor"])
        }
        try endBlock("endfor")
        return .loop(Loop(target: target, sequence: sequence, filter: filter, body: body, otherwise: otherwise))
    }

    private mutating func parseSet() throws(TemplateError) -> Statement.Kind {
        let target = try parseTarget()
        if skip("=") {
            let value = try parseExpressions()
            try expect(.blockEnd)
            return .set(target, value)
        }
        var filters: [(name: String, arguments: Arguments)] = []
        while skip("|") {
            let name = try parseName()
            filters.append((name, isSymbol("(") ? try parseArguments() : Arguments()))
        }
        try expect(.blockEnd)
        let body = try parseBody(until: ["endset"])
        try endBlock("endset")
        return .setBlock(target, filters: filters, body)
    }

    private mutating func parseMacro() throws(TemplateError) -> Statement.Kind {
        let name = try parseName()
        var parameters: [(name: String, defaultValue: Expression?)] = []
        try expect(.symbol("("))
        while !isSymbol(")") {
            let parameter = try parseName()
            parameters.append((parameter, skip("=") ? try parseExpression() : nil))
            guard skip(",") else { break }
        }
        try expect(.symbol(")"))
        try expect(.blockEnd)
        let body = try parseBody(until: ["endmacro"])
        try endBlock("endmacro")
        return .macro(Macro(name: name, parameters: parameters, body: body))
    }

    /// `a`, `space.a`, `a, b`, `(a, b)`.
    private mutating func parseTarget() throws(TemplateError) -> Target {
        var targets = [try parseSingleTarget()]
        guard isSymbol(",") else { return targets[0] }
        while skip(","), !isName("in"), !isSymbol("="), !isSymbol(")") { targets.append(try parseSingleTarget()) }
        return .list(targets)
    }

    private mutating func parseSingleTarget() throws(TemplateError) -> Target {
        if skip("(") {
            try nest()
            defer { unnest() }
            let target = try parseTarget()
            try expect(.symbol(")"))
            return target
        }
        let name = try parseName()
        return skip(".") ? .attribute(of: name, try parseName()) : .name(name)
    }

    private mutating func endBlock(_ name: String) throws(TemplateError) {
        guard skipName(name) else { throw unexpected("'\(name)'") }
        try expect(.blockEnd)
    }
}

extension Parser {
    var current: Token { tokens[min(position, tokens.count - 1)] }

    mutating func advance() { position += 1 }

    func isSymbol(_ symbol: String) -> Bool { current.kind == .symbol(symbol) }
    func isName(_ name: String) -> Bool { current.kind == .name(name) }
    func isFollowed(byName name: String) -> Bool { tokens[min(position + 1, tokens.count - 1)].kind == .name(name) }
    func isFollowed(bySymbol symbol: String) -> Bool {
        tokens[min(position + 1, tokens.count - 1)].kind == .symbol(symbol)
    }

    mutating func skip(_ symbol: String) -> Bool {
        guard isSymbol(symbol) else { return false }
        advance()
        return true
    }

    mutating func skipName(_ name: String) -> Bool {
        guard isName(name) else { return false }
        advance()
        return true
    }

    mutating func expect(_ kind: Token.Kind) throws(TemplateError) {
        guard current.kind == kind else { throw unexpected(Token(kind: kind, line: 0).description) }
        advance()
    }

    mutating func parseName() throws(TemplateError) -> String {
        guard case .name(let name) = current.kind else { throw unexpected("a name") }
        advance()
        return name
    }

    func unexpected(_ wanted: String? = nil) -> TemplateError {
        let found = "unexpected \(current.description)"
        return TemplateError(line: current.line, reason: wanted.map { "\(found), expected \($0)" } ?? found)
    }

    /// One level deeper; the caller takes it back. The limit keeps a hostile template from exhausting the stack.
    mutating func nest() throws(TemplateError) {
        guard nesting < Self.deepestNesting else {
            throw TemplateError(line: current.line, reason: "nested more than \(Self.deepestNesting) levels deep")
        }
        nesting += 1
    }

    mutating func unnest() { nesting -= 1 }
}
