import Features
import Media
import Testing

@Suite("Patches")
struct PatchesTests {
    private let budget = PixelBudget(minimum: 1024, maximum: 4096)

    @Test("images, videos and other means give the reference's values to the bit")
    func goldens() throws {
        for golden in try Goldens.load().patches {
            let preprocessor = VisionPreprocessor(mean: golden.mean, standardDeviation: golden.standardDeviation)
            let frames = (1...golden.frames).map {
                Synthetic.picture(width: golden.size[0], height: golden.size[1], seed: $0)
            }
            let budget = PixelBudget(minimum: golden.budget[0], maximum: golden.budget[1])
            let patches =
                golden.frames == 1
                ? try preprocessor.patches(image: frames[0], budget: budget)
                : try preprocessor.patches(frames: frames, budget: budget)
            #expect([patches.grid.t, patches.grid.h, patches.grid.w] == golden.grid)
            let expected = try Goldens.floats(of: golden.file)
            let different = zip(patches.values, expected).filter { $0 != $1 }.count
            #expect(patches.values.count == expected.count && different == 0, "\(golden.file)")
        }
    }

    @Test("patches of a block follow each other, channels outermost, a still image twice in time")
    func order() throws {
        // 64 x 32 pixels are 2 x 4 patches in two blocks; the red value names the patch's place in the raster.
        var image = RGBImage(width: 64, height: 32, pixels: [UInt8](repeating: 0, count: 64 * 32 * 3))
        for y in 0..<32 {
            for x in 0..<64 { image.pixels[(y * 64 + x) * 3] = UInt8(y / 16 * 4 + x / 16) }
        }
        let preprocessor = VisionPreprocessor(mean: [0, 0, 0], standardDeviation: [1 / 255, 1 / 255, 1 / 255])
        let patches = try preprocessor.patches(image: image, budget: budget)
        #expect(patches.grid == PatchGrid(t: 1, h: 2, w: 4))
        #expect(patches.grid.patchCount == 8)
        #expect(patches.grid.tokenCount(mergeSize: 2) == 2)
        let length = 3 * 2 * 16 * 16
        let reds = (0..<8).map { patch in patches.values[patch * length..<patch * length + 512] }
        #expect(reds.map { $0.first! } == [0, 1, 4, 5, 2, 3, 6, 7])
        #expect(reds.allSatisfy { red in red.allSatisfy { $0 == red.first! } })
        #expect(patches.values[512..<length].allSatisfy { $0 == 0 })
    }

    @Test("an odd count of frames repeats the last one")
    func oddFrames() throws {
        let frames = (1...3).map { Synthetic.picture(width: 40, height: 40, seed: $0) }
        let preprocessor = VisionPreprocessor()
        let odd = try preprocessor.patches(frames: frames, budget: budget)
        #expect(odd == (try preprocessor.patches(frames: frames + [frames[2]], budget: budget)))
        #expect(odd != (try preprocessor.patches(frames: frames + [frames[1]], budget: budget)))
    }

    @Test("a frame of another size is stretched to the first one's grid")
    func changingSize() throws {
        let frames = [
            Synthetic.picture(width: 64, height: 32, seed: 1), Synthetic.picture(width: 90, height: 90, seed: 2),
        ]
        let stretched = [frames[0], resizeBicubic(frames[1], width: 64, height: 32)]
        let preprocessor = VisionPreprocessor()
        #expect(
            try preprocessor.patches(frames: frames, budget: budget)
                == preprocessor.patches(frames: stretched, budget: budget))
    }

    @Test("no frames give an empty grid")
    func noFrames() throws {
        let patches = try VisionPreprocessor().patches(frames: [], budget: budget)
        #expect(patches.grid.patchCount == 0 && patches.values.isEmpty)
    }
}
