import Media

/// Sound and pictures from integer formulas, the same as in Tests/Fixtures/features/make.py.
enum Synthetic {
    /// The upper 16 bits of a 32-bit linear congruential generator.
    static func noise(count: Int, seed: Int) -> [Int] {
        var state = UInt32(seed)
        return (0..<count).map { _ in
            state = state &* 1_664_525 &+ 1_013_904_223
            return Int(state >> 16)
        }
    }

    /// Noise at falling loudness with a square wave in it, then silence; again every 4000 samples.
    static func sound(count: Int, seed: Int) -> [Float] {
        noise(count: count, seed: seed).enumerated().map { index, noise in
            let loudness = [128, 16, 1, 0][index / 1000 % 4]
            let square = loudness == 0 ? 0 : index / 20 % 2 == 0 ? 8000 : -8000
            return Float((((noise - 32768) * loudness) >> 8) + square) / 32768
        }
    }

    /// A chequerboard of noise and gradients in fields of 8 x 8 pixels.
    static func picture(width: Int, height: Int, seed: Int) -> RGBImage {
        let pixels = noise(count: width * height * 3, seed: seed).enumerated().map { index, noise in
            let (x, y, channel) = (index / 3 % width, index / 3 / width, index % 3)
            return (x / 8 + y / 8).isMultiple(of: 2) ? UInt8(noise >> 8) : UInt8((5 * x + 3 * y + 40 * channel) & 255)
        }
        return RGBImage(width: width, height: height, pixels: pixels)
    }
}
