/// Jinja expressions. Tuples are lists.
indirect enum Expression: Sendable {
    case none
    case boolean(Bool)
    case integer(Int)
    case float(Double)
    case string(String)
    case list([Expression])
    case dictionary([(key: Expression, value: Expression)])
    case name(String)
    case attribute(Expression, String)
    case item(Expression, Expression)
    case slice(Expression, start: Expression?, stop: Expression?, step: Expression?)
    case call(Expression, Arguments)
    case filter(Expression, String, Arguments)
    case test(Expression, String, Arguments)
    case negative(Expression)
    case positive(Expression)
    case not(Expression)
    case and(Expression, Expression)
    case or(Expression, Expression)
    case arithmetic(Expression, ArithmeticOperator, Expression)
    /// `a < b <= c`: each operand is compared with the one before it.
    case comparison(Expression, [(operation: ComparisonOperator, operand: Expression)])
    case conditional(Expression, then: Expression, else: Expression?)
}

enum ArithmeticOperator: String, Sendable {
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
    case floorDivide = "//"
    case remainder = "%"
    case power = "**"
    case concatenate = "~"
}

enum ComparisonOperator: String, Sendable {
    case equal = "=="
    case notEqual = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
    case contained = "in"
    case notContained = "not in"
}

struct Arguments: Sendable {
    var positional: [Expression] = []
    var named: [(name: String, value: Expression)] = []
}

struct Statement: Sendable {
    indirect enum Kind: Sendable {
        case text(String)
        case output(Expression)
        case conditional(branches: [(condition: Expression, body: [Statement])], otherwise: [Statement])
        case loop(Loop)
        case set(Target, Expression)
        case setBlock(Target, filters: [(name: String, arguments: Arguments)], [Statement])
        case macro(Macro)
        case breakLoop
        case continueLoop
    }

    var kind: Kind
    var line: Int
}

/// What `set` and `for` assign to.
indirect enum Target: Sendable {
    case name(String)
    case attribute(of: String, String)
    case list([Target])
}

struct Loop: Sendable {
    var target: Target
    var sequence: Expression
    /// `for ... if filter`: items that fail it do not count.
    var filter: Expression?
    var body: [Statement]
    var otherwise: [Statement]
}

struct Macro: Sendable {
    var name: String
    var parameters: [(name: String, defaultValue: Expression?)]
    var body: [Statement]
}
