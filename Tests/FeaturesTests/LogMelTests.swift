import Features
import Testing

@Suite("Log-mel")
struct LogMelTests {
    @Test("every clip length, alone and beside a longer one, gives the reference's frames within 1e-4")
    func goldens() throws {
        for golden in try Goldens.load().logMel {
            let mels = LogMelExtractor()(golden.lengths.map { Synthetic.sound(count: $0, seed: $0) })
            #expect(mels.map(\.frames) == golden.frames, "\(golden.lengths)")
            let expected = try Goldens.floats(of: golden.file)
            let values = mels.flatMap(\.values)
            try #require(values.count == expected.count)
            let worst = zip(values, expected).map { abs($0 - $1) }.max() ?? 0
            #expect(worst <= 1e-4, "\(golden.lengths)")
        }
    }

    @Test("a lone clip has one frame for each whole hop, and at least one")
    func framesOfALoneClip() {
        for (samples, frames) in [(0, 1), (1, 1), (319, 1), (320, 2), (1760, 11), (1919, 11), (1920, 12)] {
            let mel = LogMelExtractor()([[Float](repeating: 0.1, count: samples)])[0]
            #expect(mel.frames == frames, "\(samples) samples")
            #expect(mel.values.count == 128 * frames)
        }
    }

    @Test("a clip padded to its neighbour's length keeps the hop it ends in")
    func framesOfAPaddedClip() {
        let clips = [[Float](repeating: 0, count: 161), [], [Float](repeating: 0, count: 1000)]
        #expect(LogMelExtractor()(clips).map(\.frames) == [2, 1, 6])
    }

    @Test("digital silence lies at the floor of -1.5 everywhere")
    func silence() {
        let mel = LogMelExtractor()([[Float](repeating: 0, count: 4000)])[0]
        #expect(mel.values.allSatisfy { $0 == -1.5 })
    }

    @Test("no clips give no spectrograms")
    func nothing() {
        #expect(LogMelExtractor()([]).isEmpty)
    }

    @Test("audio token counts are the reference's for every length")
    func tokenCounts() throws {
        let pairs = try Goldens.load().audioTokens
        #expect(pairs.count > 300)
        for pair in pairs {
            #expect(audioTokenCount(melFrames: pair[0]) == pair[1], "\(pair[0]) frames")
        }
    }
}
