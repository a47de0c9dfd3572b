import Features
import Testing

@Suite("Frame sampling and fixed spans")
struct TimingTests {
    @Test("for constant frame rates the frames on screen at the times are those the reference takes by index")
    func goldens() throws {
        for golden in try Goldens.load().frameIndices {
            let (numerator, denominator) = (Double(golden.frameRate[0]), Double(golden.frameRate[1]))
            let span = Double(golden.total) * denominator / numerator
            let timestamps = (0..<golden.total).map { Double($0) * denominator / numerator }
            // On the media's clock a span rarely begins at 0; its frames lie at start + timestamp.
            for start in [0, 0.1, 3600.7] {
                let sampling = FrameSampling(start: start, end: start + span, framesPerSecond: golden.rate)
                let shown = sampling.times.map { time in timestamps.lastIndex { start + $0 <= time } }
                #expect(shown == golden.indices, "\(golden.total) frames at \(numerator / denominator), from \(start)")
                #expect(abs(sampling.framesPerSecond - Double(golden.indices.count) / span) < 1e-9)
            }
        }
    }

    @Test("the count is even and inside its limits")
    func limits() {
        let count = { (end: Double, minimum: Int, maximum: Int) in
            FrameSampling(start: 0, end: end, framesPerSecond: 2, minimum: minimum, maximum: maximum).times.count
        }
        #expect(count(10, 4, 768) == 20)
        #expect(count(9.7, 4, 768) == 18)
        #expect(count(0.3, 4, 768) == 4)
        #expect(count(0.3, 5, 768) == 4)
        #expect(count(3600, 4, 768) == 768)
        #expect(count(3600, 4, 101) == 100)
        #expect(count(3600, 4, 1) == 2)
        #expect(count(.infinity, 4, 768) == 768)
    }

    @Test("a span whose length rounds down a hair loses no frames")
    func roundedSpan() {
        let (start, end) = (6.1, 66.1)
        #expect(end - start < 60)
        #expect(FrameSampling(start: start, end: end, framesPerSecond: 2).times.count == 120)
    }

    @Test("an empty span shows its start at the rate asked for")
    func emptySpan() {
        let sampling = FrameSampling(start: 3, end: 3, framesPerSecond: 2)
        #expect(sampling.times.count == 4)
        #expect(sampling.times.allSatisfy { abs($0 - 3) < 1e-5 })
        #expect(sampling.framesPerSecond == 2)
    }

    @Test(
        "fixed spans end at multiples of the length, and a short rest joins the piece before",
        arguments: [
            (90.0, [30.0, 60, 90]), (95, [30, 60, 90, 95]), (90.9, [30, 60, 90.9]), (91, [30, 60, 90, 91]),
            (29, [29]), (30.2, [30.2]), (0.4, [0.4]), (0, []), (-1, []), (.infinity, []),
        ])
    func fixed(duration: Double, ends: [Double]) {
        let spans = fixedSpans(duration: duration, length: 30)
        #expect(spans.map(\.end) == ends)
        #expect(spans.map(\.start) == ([0] + ends).dropLast(1))
    }

    @Test("without a length everything is one span")
    func unlimited() {
        #expect(fixedSpans(duration: 70, length: .infinity) == [Span(start: 0, end: 70)])
        #expect(fixedSpans(duration: 70, length: 0) == [Span(start: 0, end: 70)])
    }
}
