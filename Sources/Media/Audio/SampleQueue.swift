/// Samples that were produced and not yet asked for: sound, and stretches of silence that are only counted.
struct SampleQueue {
    private enum Piece {
        case sound([Float])
        case silence(Int)

        var count: Int {
            switch self {
            case .sound(let samples): samples.count
            case .silence(let count): count
            }
        }
    }

    private var pieces: [Piece] = []
    /// How much of the first piece is gone.
    private var used = 0
    /// Index of the next sample to come out.
    private(set) var position = 0
    /// Index of the next sample to go in.
    private(set) var end = 0

    var isEmpty: Bool { position == end }

    mutating func append(_ samples: [Float]) {
        guard !samples.isEmpty else { return }
        pieces.append(.sound(samples))
        end += samples.count
    }

    mutating func append(silence count: Int) {
        guard count > 0 else { return }
        pieces.append(.silence(count))
        end += count
    }

    /// Drops what lies before `index`.
    mutating func drop(before index: Int) {
        while position < index, !pieces.isEmpty { advance(min(index - position, pieces[0].count - used)) }
    }

    /// Moves up to `count` samples to `output`.
    mutating func take(_ count: Int, into output: inout [Float]) {
        var missing = count
        while missing > 0, let piece = pieces.first {
            let length = min(missing, piece.count - used)
            switch piece {
            case .sound(let samples): output += samples[used..<used + length]
            case .silence: output += repeatElement(0, count: length)
            }
            missing -= length
            advance(length)
        }
    }

    private mutating func advance(_ count: Int) {
        position += count
        used += count
        if used == pieces[0].count {
            pieces.removeFirst()
            used = 0
        }
    }
}
