import Features
import Media
import Testing

@Suite("Resizing")
struct ResizeTests {
    @Test("bicubic gives torchvision's bytes, up, down, one axis only, tall and wide")
    func goldens() throws {
        for golden in try Goldens.load().resizes {
            let image = Synthetic.picture(width: golden.from[0], height: golden.from[1], seed: golden.from[0])
            let resized = resizeBicubic(image, width: golden.to[0], height: golden.to[1])
            #expect(resized.width == golden.to[0] && resized.height == golden.to[1])
            let expected = try Goldens.bytes(of: golden.file)
            let different = zip(resized.pixels, expected).filter { $0 != $1 }.count
            #expect(resized.pixels.count == expected.count && different == 0, "\(golden.file)")
        }
    }

    @Test("the same size gives the same picture")
    func identity() {
        let image = Synthetic.picture(width: 21, height: 13, seed: 3)
        #expect(resizeBicubic(image, width: 21, height: 13) == image)
    }

    @Test("black and white stay black and white: weights sum to one at every size", arguments: [1, 2, 31, 97, 400])
    func flat(size: Int) {
        for value: UInt8 in [0, 255] {
            let image = RGBImage(width: 53, height: 7, pixels: [UInt8](repeating: value, count: 53 * 7 * 3))
            #expect(resizeBicubic(image, width: size, height: size).pixels.allSatisfy { $0 == value })
        }
    }

    @Test("target sizes are smart_resize's: halves to even, both clamps, an error above 200 to 1")
    func targetSizes() throws {
        let preprocessor = VisionPreprocessor()
        for golden in try Goldens.load().sizes {
            let (width, height) = (golden.from[0], golden.from[1])
            let budget = PixelBudget(minimum: golden.budget[0], maximum: golden.budget[1])
            if let expected = golden.to {
                let target = try preprocessor.targetSize(width: width, height: height, budget: budget)
                #expect([target.width, target.height] == expected, "\(width) x \(height)")
            } else {
                #expect(throws: FeatureError.aspectRatio(width: width, height: height)) {
                    try preprocessor.targetSize(width: width, height: height, budget: budget)
                }
            }
        }
    }

    @Test("a picture without pixels is refused")
    func empty() {
        #expect(throws: FeatureError.aspectRatio(width: 0, height: 0)) {
            try VisionPreprocessor().patches(
                image: RGBImage(width: 0, height: 0, pixels: []), budget: PixelBudget(minimum: 3136, maximum: 65536))
        }
    }

    @Test("a side never becomes shorter than one block, whatever the budget")
    func tinyBudget() throws {
        let target = try VisionPreprocessor().targetSize(
            width: 10, height: 10, budget: PixelBudget(minimum: 0, maximum: 0))
        #expect(target == (32, 32))
    }
}
