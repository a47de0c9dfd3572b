/// Finds what the user probably meant.
enum Suggestion {
    /// " Did you mean 'transcribe'?", or nothing if no candidate is near.
    static func words(for word: String, among candidates: [String]) -> String {
        nearest(to: word, among: candidates).map { " Did you mean '\($0)'?" } ?? ""
    }

    /// A third of the letters may be wrong. Case and the choice of - or _ do not count.
    static func nearest(to word: String, among candidates: [String]) -> String? {
        let plain = word.prefix(100).lowercased().map { $0 == "-" || $0 == " " ? "_" : $0 }
        let best = candidates.map { (distance(plain, Array($0.lowercased())), $0) }.min { $0 < $1 }
        guard let (distance, candidate) = best, distance <= max(1, candidate.count / 3) else { return nil }
        return candidate
    }

    /// Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours.
    static func distance(_ a: [Character], _ b: [Character]) -> Int {
        guard !a.isEmpty, !b.isEmpty else { return a.count + b.count }
        var before: [Int] = []
        var last = Array(0...b.count)
        for i in 1...a.count {
            var row = [i]
            for j in 1...b.count {
                var cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1))
                if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] { cost = min(cost, before[j - 2] + 1) }
                row.append(cost)
            }
            (before, last) = (last, row)
        }
        return last[b.count]
    }
}
