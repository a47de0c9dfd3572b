/// Notices text that repeats itself without end: the last tokens are one pattern of at most `longestPattern` tokens,
/// over and over, at least `repetitions` times and `shortestLoop` tokens long.
///
/// Speech models do this in far-field and silent passages; legitimate text ("no, no, no", a table's ruler) stays below.
struct LoopDetector {
    private let longestPattern = 24
    private let repetitions = 8
    private let shortestLoop = 48

    func isLooping(_ tokens: [Int]) -> Bool {
        (1...longestPattern).contains { period in
            let length = max(repetitions * period, shortestLoop)
            guard tokens.count >= length + period else { return false }
            return (tokens.count - length..<tokens.count).allSatisfy { tokens[$0] == tokens[$0 - period] }
        }
    }
}
