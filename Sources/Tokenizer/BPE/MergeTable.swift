/// The merges of merges.txt, by pair of ids, and the loop that applies them.
struct MergeTable: Sendable {
    private struct Merge {
        /// Line order in the file: the lower rank goes first.
        var rank: UInt32
        var id: UInt32
    }

    private var merges: [UInt64: Merge] = [:]

    /// A merge listed twice takes its last place, as in the reference.
    init(_ file: ModelFile, _ vocabulary: Vocabulary) throws(TokenizerError) {
        let bytes = Array(try file.readText().utf8)
        merges.reserveCapacity(vocabulary.count)
        var line = 0
        var rank: UInt32 = 0
        for var entry in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            line += 1
            if entry.last == UInt8(ascii: "\r") { entry.removeLast() }
            if entry.isEmpty || entry.starts(with: "#version".utf8) { continue }
            let parts = entry.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
            guard parts.count == 2 else {
                throw file.error("line \(line): expected two pieces with one space between, found \(quoted(entry))")
            }
            func id(_ piece: ArraySlice<UInt8>) throws(TokenizerError) -> UInt32 {
                guard let id = vocabulary.id(of: piece) else {
                    throw file.error("line \(line): the piece \(quoted(piece)) is not in vocab.json")
                }
                return UInt32(id)
            }
            let pair = Self.key(try id(parts[0]), try id(parts[1]))
            merges[pair] = Merge(rank: rank, id: try id((parts[0] + parts[1])[...]))
            rank += 1
        }
    }

    /// Merges the lowest-ranked adjacent pair, leftmost first, until none is left. O(n log n) for n symbols.
    func apply(to word: [Int]) -> [Int] {
        guard word.count > 1 else { return word }
        var symbols = word.map { UInt32($0) }
        // A linked list over positions: a merge keeps the left position and unlinks the right one.
        var left = Array(-1..<symbols.count - 1)
        var right = Array(1...symbols.count)
        right[symbols.count - 1] = -1
        var queue = MinHeap()

        func merge(at position: Int) -> Merge? {
            guard right[position] >= 0 else { return nil }
            return merges[Self.key(symbols[position], symbols[right[position]])]
        }
        func enqueue(_ position: Int) {
            if let merge = merge(at: position) { queue.insert(UInt64(merge.rank) << 32 | UInt64(position)) }
        }

        for position in symbols.indices { enqueue(position) }
        while let entry = queue.removeMinimum() {
            let position = Int(entry & 0xFFFF_FFFF)
            // A pair that has changed since it was queued has another rank now, or none: ranks name pairs.
            guard let merge = merge(at: position), UInt64(merge.rank) == entry >> 32 else { continue }
            symbols[position] = merge.id
            let removed = right[position]
            right[position] = right[removed]
            if right[removed] >= 0 { left[right[removed]] = position }
            right[removed] = -1
            if left[position] >= 0 { enqueue(left[position]) }
            enqueue(position)
        }

        var result: [Int] = []
        var position = 0
        while position >= 0 {
            result.append(Int(symbols[position]))
            position = right[position]
        }
        return result
    }

    private static func key(_ left: UInt32, _ right: UInt32) -> UInt64 { UInt64(left) << 32 | UInt64(right) }
}
