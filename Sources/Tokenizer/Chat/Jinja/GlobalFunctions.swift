/// Functions that every template has: Jinja's, and Hugging Face's `raise_exception`.
enum GlobalFunction: String {
    case dict, namespace, range
    case raiseException = "raise_exception"
}

extension Interpreter {
    private static let longestRange = 100_000

    func callGlobal(_ function: GlobalFunction, _ arguments: CallArguments) throws(Refusal) -> Value {
        switch function {
        case .raiseException:
            throw Refusal("the template refuses: \(arguments.positional.first?.text ?? "no reason given")")
        case .range:
            return .list(ValueList(try range(arguments.positional)))
        case .dict:
            return .dictionary(ValueDictionary(arguments.named.map { ($0.name, $0.value) }))
        case .namespace:
            var attributes: [String: Value] = [:]
            if case .dictionary(let dictionary)? = arguments.positional.first {
                for entry in dictionary.entries { attributes[entry.key.text] = entry.value }
            }
            for (name, value) in arguments.named { attributes[name] = value }
            guard attributes.values.allSatisfy({ $0.extent.depth < Extent.deepest }) else { throw Self.tooDeep }
            return .namespace(Namespace(attributes))
        }
    }

    private func range(_ arguments: [Value]) throws(Refusal) -> [Value] {
        let bounds = arguments.compactMap(\.asInteger)
        guard bounds.count == arguments.count, (1...3).contains(bounds.count) else {
            throw Refusal("range takes one to three integers")
        }
        let (start, stop) = bounds.count == 1 ? (0, bounds[0]) : (bounds[0], bounds[1])
        let step = bounds.count == 3 ? bounds[2] : 1
        guard step != 0 else { throw Refusal("range has a step of zero") }
        var numbers: [Value] = []
        var number = start
        while step > 0 ? number < stop : number > stop {
            numbers.append(.integer(number))
            guard numbers.count <= Self.longestRange else {
                throw Refusal("range has more than \(Self.longestRange) numbers")
            }
            let (next, overflow) = number.addingReportingOverflow(step)
            if overflow { break }
            number = next
        }
        try charge(numbers.count, times: Self.workOfOneItem)
        return numbers
    }
}
