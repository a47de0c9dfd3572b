/// The tests `value is name`.
enum ValueTest: String {
    case boolean, callable, defined, divisibleby, eq, equalto, even, `false`, float, ge, gt, `in`, integer, iterable
    case le, lt, mapping, ne, none, number, odd, sequence, string, `true`, undefined
}

extension Interpreter {
    func test(_ name: String, _ value: Value, _ arguments: CallArguments) throws(Refusal) -> Bool {
        guard let test = ValueTest(rawValue: name) else { throw Refusal("the test '\(name)' is not supported") }
        switch (test, value) {
        case (.defined, .undefined): return false
        case (.defined, _): return true
        case (.undefined, .undefined), (.none, .none), (.string, .string), (.mapping, .dictionary): return true
        case (.boolean, .boolean), (.float, .float), (.integer, .integer), (.callable, .function): return true
        case (.true, .boolean(let value)): return value
        case (.false, .boolean(let value)): return !value
        case (.number, .integer), (.number, .float), (.number, .boolean): return true
        // Jinja's undefined has a length and iterates.
        case (.iterable, .string), (.iterable, .list), (.iterable, .dictionary), (.iterable, .undefined): return true
        case (.sequence, .string), (.sequence, .list), (.sequence, .dictionary), (.sequence, .undefined): return true
        case (.even, _): return try arithmetic(value, .remainder, .integer(2)).equals(.integer(0))
        case (.odd, _): return try arithmetic(value, .remainder, .integer(2)).equals(.integer(1))
        case (.divisibleby, _):
            return try arithmetic(value, .remainder, try operand(arguments, name)).equals(.integer(0))
        default:
            guard let operation = test.comparison else { return false }
            return try compare(value, operation, try operand(arguments, name))
        }
    }

    private func operand(_ arguments: CallArguments, _ name: String) throws(Refusal) -> Value {
        guard let operand = arguments.positional.first else { throw Refusal("the test '\(name)' needs an argument") }
        return operand
    }
}

extension ValueTest {
    fileprivate var comparison: ComparisonOperator? {
        switch self {
        case .eq, .equalto: .equal
        case .ne: .notEqual
        case .lt: .less
        case .le: .lessOrEqual
        case .gt: .greater
        case .ge: .greaterOrEqual
        case .in: .contained
        default: nil
        }
    }
}
