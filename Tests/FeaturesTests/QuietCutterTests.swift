import Features
import Testing

@Suite("Quiet cuts")
struct QuietCutterTests {
    private let rate = 16_000

    private func cut(_ sound: [Float], length: Double, slack: Double = 5, piece: Int = .max) -> [Range<Int>] {
        var cutter = QuietCutter(length: length, slack: slack)
        var start = 0
        while start < sound.count {
            let end = start + min(piece, sound.count - start)
            cutter.append(Array(sound[start..<end]))
            start = end
        }
        return cutter.finish()
    }

    /// Loud noise with pauses of 300 ms, each in the middle of its second.
    private func speech(seconds: Double, pausesAt pauses: [Double]) -> [Float] {
        var sound = Synthetic.noise(count: Int(seconds * 16_000), seed: 5).map { Float($0 - 32768) / 32768 }
        for pause in pauses {
            for index in Int((pause - 0.15) * 16_000)..<Int((pause + 0.15) * 16_000) { sound[index] *= 0.001 }
        }
        return sound
    }

    @Test("a cut falls into the pause near the mark, and the next mark is measured from it")
    func pauses() throws {
        let ranges = cut(speech(seconds: 70, pausesAt: [7, 23.5, 28, 37, 44, 61.5]), length: 20)
        let cuts = ranges.dropLast().map { Double($0.upperBound) / 16_000 }
        // The marks lie at about 20, 43.5 and 64; the pauses at 28 and 37 are more than 5 s away.
        try #require(cuts.count == 3)
        for (cut, pause) in zip(cuts, [23.5, 44, 61.5]) { #expect(abs(cut - pause) < 0.11) }
    }

    @Test("the window cut through is the quietest of all that fit around the mark")
    func quietest() {
        let sound = Synthetic.noise(count: 30 * rate, seed: 9).map { Float($0 - 32768) / 32768 }
        let cut = cut(sound, length: 20, slack: 3)[0].upperBound
        let energy = { (start: Int) in sound[start..<start + 1600].reduce(0.0) { $0 + Double($1) * Double($1) } }
        let starts = stride(from: 17 * rate, through: 23 * rate - 1600, by: 160)
        #expect(starts.contains(cut - 800))
        #expect(starts.allSatisfy { energy($0) >= energy(cut - 800) * (1 - 1e-12) })
    }

    @Test("cuts do not depend on the sizes of the pieces fed", arguments: [1, 159, 160, 161, 1000, 16_000, 700_001])
    func pieceSizes(piece: Int) {
        let sound = speech(seconds: 70.3, pausesAt: [7, 23.5, 28, 52, 61.5])
        #expect(cut(sound, length: 10, piece: piece) == cut(sound, length: 10))
    }

    @Test("in silence, where all windows are equal, cuts fall on the marks")
    func ties() {
        let ranges = cut([Float](repeating: 0, count: 65 * rate), length: 20)
        #expect(ranges.map(\.upperBound) == [20, 40, 60, 65].map { $0 * rate })
    }

    @Test("without slack cuts fall on the marks, on or off the 10 ms raster")
    func noSlack() {
        let sound = speech(seconds: 5, pausesAt: [1.3])
        #expect(cut(sound, length: 1.70003125, slack: 0).map(\.upperBound) == [27_200 + 1, 54_400 + 2, 80_000])
    }

    @Test("ranges tile the sound and none is shorter than a second, whatever the length")
    func tiling() {
        let noise = speech(seconds: 64, pausesAt: [4, 9.6, 10.3, 14.9, 20.7, 30, 31, 32, 33, 34, 35.5])
        for samples in stride(from: 1, to: noise.count, by: 20_011) {
            let ranges = cut(Array(noise[..<samples]), length: 10)
            #expect(ranges.first?.lowerBound == 0 && ranges.last?.upperBound == samples)
            #expect(zip(ranges, ranges.dropFirst()).allSatisfy { $0.upperBound == $1.lowerBound })
            #expect(samples < rate || ranges.allSatisfy { $0.count >= rate }, "\(samples) samples")
            #expect(ranges.allSatisfy { $0.count < 16 * rate }, "\(samples) samples")
        }
    }

    @Test("sound no longer than a piece and a short rest stays whole; no sound gives no ranges")
    func short() {
        #expect(cut([Float](repeating: 0.1, count: 30 * rate), length: 30) == [0..<30 * rate])
        #expect(cut([Float](repeating: 0.1, count: 31 * rate - 1), length: 30) == [0..<31 * rate - 1])
        #expect(cut([Float](repeating: 0.1, count: 31 * rate), length: 30).count == 2)
        #expect(cut([0.5], length: 30) == [0..<1])
        #expect(cut([], length: 30).isEmpty)
    }

    @Test("lengths and slacks that make no sense are tamed, not a crash", arguments: [0, -1, 0.2, .infinity, .nan])
    func oddParameters(value: Double) {
        let sound = speech(seconds: 5, pausesAt: [])
        for ranges in [cut(sound, length: value, slack: 1), cut(sound, length: 2, slack: value)] {
            #expect(ranges.first?.lowerBound == 0 && ranges.last?.upperBound == sound.count)
            #expect(ranges.allSatisfy { !$0.isEmpty })
        }
    }
}
