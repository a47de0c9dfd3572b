import Foundation

/// Arithmetic and comparison with Python's rules. Integers have 64 bits; what does not fit is refused.
extension Interpreter {
    func number(_ value: Value, _ sign: String) throws(Refusal) -> Value {
        if let integer = value.asInteger { return .integer(integer) }
        guard case .float = value else { throw Refusal("'\(sign)' needs a number, not a \(value.typeName)") }
        return value
    }

    func arithmetic(_ left: Value, _ operation: ArithmeticOperator, _ right: Value) throws(Refusal) -> Value {
        if operation == .concatenate { return .string(try text(of: left) + (try text(of: right))) }
        if let a = left.asInteger, let b = right.asInteger { return try integerArithmetic(a, operation, b) }
        if let a = left.asFloat, let b = right.asFloat { return try floatArithmetic(a, operation, b) }
        switch (left, operation, right) {
        case (.string(let a), .add, .string(let b)):
            try charge(a.utf8.count + b.utf8.count)
            return .string(a + b)
        case (.list(let a), .add, .list(let b)):
            try charge(a.items.count + b.items.count, times: Self.workOfOneItem)
            return .list(ValueList(a.items + b.items))
        case (.string(let text), .multiply, .integer(let count)), (.integer(let count), .multiply, .string(let text)):
            try charge(text.utf8.count, times: count)
            return .string(String(repeating: text, count: max(count, 0)))
        case (.undefined(let what), _, _), (_, _, .undefined(let what)):
            throw Refusal("'\(operation.rawValue)': \(what) is undefined")
        default:
            throw Refusal("'\(operation.rawValue)' does not take a \(left.typeName) and a \(right.typeName)")
        }
    }

    private func integerArithmetic(_ a: Int, _ operation: ArithmeticOperator, _ b: Int) throws(Refusal) -> Value {
        switch operation {
        case .add: return .integer(try checked(a.addingReportingOverflow(b)))
        case .subtract: return .integer(try checked(a.subtractingReportingOverflow(b)))
        case .multiply: return .integer(try checked(a.multipliedReportingOverflow(by: b)))
        case .floorDivide, .remainder:
            guard b != 0 else { throw Refusal("division by zero") }
            let quotient = try checked(a.dividedReportingOverflow(by: b))
            let remainder = a - quotient * b
            let roundsDown = remainder != 0 && (remainder < 0) != (b < 0)
            return .integer(
                operation == .floorDivide ? quotient - (roundsDown ? 1 : 0) : remainder + (roundsDown ? b : 0))
        case .power where b >= 0:
            var result = 1
            for _ in 0..<min(b, a.magnitude < 2 ? 2 - b % 2 : 64) {
                result = try checked(result.multipliedReportingOverflow(by: a))
            }
            return .integer(result)
        default: return try floatArithmetic(Double(a), operation, Double(b))
        }
    }

    private func checked(_ result: (partialValue: Int, overflow: Bool)) throws(Refusal) -> Int {
        guard !result.overflow else { throw Refusal("a number is too large") }
        return result.partialValue
    }

    private func floatArithmetic(_ a: Double, _ operation: ArithmeticOperator, _ b: Double) throws(Refusal) -> Value {
        switch operation {
        case .add: return .float(a + b)
        case .subtract: return .float(a - b)
        case .multiply: return .float(a * b)
        case .power: return .float(pow(a, b))
        case .divide, .floorDivide, .remainder:
            guard b != 0 else { throw Refusal("division by zero") }
            if operation == .divide { return .float(a / b) }
            let quotient = (a / b).rounded(.down)
            return .float(operation == .floorDivide ? quotient : a - quotient * b)
        case .concatenate: throw Refusal("'~' does not take numbers here")
        }
    }

    func compare(_ left: Value, _ operation: ComparisonOperator, _ right: Value) throws(Refusal) -> Bool {
        switch operation {
        case .equal, .notEqual:
            try charge(min(left.extent.weight, right.extent.weight))
            return left.equals(right) == (operation == .equal)
        case .contained: return try contains(right, left)
        case .notContained: return !(try contains(right, left))
        case .less: return try isLess(left, right)
        case .greater: return try isLess(right, left)
        case .lessOrEqual: return try isLess(left, right) || left.equals(right)
        case .greaterOrEqual: return try isLess(right, left) || left.equals(right)
        }
    }

    private func contains(_ container: Value, _ value: Value) throws(Refusal) -> Bool {
        switch (container, value) {
        case (.string(let text), .string(let part)):
            try charge(text.utf8.count)
            return text.containsText(part)
        case (.list(let list), _):
            try charge(list.extent.weight)
            return list.items.contains { $0.equals(value) }
        case (.dictionary(let dictionary), _):
            try charge(dictionary.entries.count)
            return dictionary.value(for: value) != nil
        case (.undefined, _): return false
        default: throw Refusal("'in' does not take a \(value.typeName) and a \(container.typeName)")
        }
    }

    private func isLess(_ left: Value, _ right: Value) throws(Refusal) -> Bool {
        if let a = left.asFloat, let b = right.asFloat {
            if let a = left.asInteger, let b = right.asInteger { return a < b }
            return a < b
        }
        // Bytes of UTF-8 are in the order of code points.
        if case (.string(let a), .string(let b)) = (left, right) { return a.utf8.lexicographicallyPrecedes(b.utf8) }
        throw Refusal("a \(left.typeName) and a \(right.typeName) have no order")
    }
}
