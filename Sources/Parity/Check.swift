import Foundation

/// One comparison of a case: what, how far off, and whether that is within bounds.
public struct Check: Sendable, Equatable {
    public let name: String
    public let value: String
    public let passed: Bool

    init(_ name: String, equal: Bool) {
        self.init(name, value: equal ? "=" : "differ", passed: equal)
    }

    init(_ name: String, error: Double, bound: Double) {
        self.init(name, value: String(format: "%.1e", error), passed: error <= bound)
    }

    init(_ name: String, value: String, passed: Bool) {
        self.name = name
        self.value = value
        self.passed = passed
    }
}

/// A case with all its checks, printed as one line.
public struct CaseReport: Sendable {
    public let name: String
    public private(set) var checks: [Check] = []

    init(_ name: String) { self.name = name }

    public var passed: Bool { checks.allSatisfy(\.passed) }

    mutating func add(_ check: Check) { checks.append(check) }

    /// "image1          ok      ids =  positions =  ..."; a check out of bounds is marked with "!".
    public var line: String {
        let label = name.padding(toLength: max(18, name.count + 1), withPad: " ", startingAt: 0)
        let details = checks.map { "\($0.passed ? "" : "!")\($0.name) \($0.value)" }
        return label + (passed ? "ok      " : "FAILED  ") + details.joined(separator: "  ")
    }
}

/// ||a - b|| / ||b||, Frobenius, in double precision.
func relativeError<A: Sequence<Float>, B: Sequence<Float>>(_ a: A, _ b: B) -> Double {
    var difference = 0.0
    var size = 0.0
    for (x, y) in zip(a, b) {
        difference += (Double(x) - Double(y)) * (Double(x) - Double(y))
        size += Double(y) * Double(y)
    }
    return size > 0 ? (difference / size).squareRoot() : difference.squareRoot()
}

func largestDifference<A: Sequence<Float>, B: Sequence<Float>>(_ a: A, _ b: B) -> Double {
    zip(a, b).reduce(0) { max($0, Double(abs($1.0 - $1.1))) }
}
