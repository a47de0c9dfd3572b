import Media

/// torchvision's antialiased bicubic on 8-bit values, exact: two passes, horizontal first, each rounded to 8 bits.
/// `width` and `height` must be above 0; the proportions are the caller's business.
public func resizeBicubic(_ image: RGBImage, width: Int, height: Int) -> RGBImage {
    BicubicResizer(from: (image.width, image.height), to: (width, height))(image)
}

/// The filters of one pair of sizes, for many pictures (the frames of a video).
struct BicubicResizer: Sendable {
    private static let channels = 3

    private let source: (width: Int, height: Int)
    private let target: (width: Int, height: Int)
    /// nil where the axis keeps its length.
    private let horizontal: ResamplingFilter?
    private let vertical: ResamplingFilter?

    init(from source: (width: Int, height: Int), to target: (width: Int, height: Int)) {
        precondition(target.width > 0 && target.height > 0)
        self.source = source
        self.target = target
        horizontal = source.width == target.width ? nil : ResamplingFilter(from: source.width, to: target.width)
        vertical = source.height == target.height ? nil : ResamplingFilter(from: source.height, to: target.height)
    }

    func fits(_ image: RGBImage) -> Bool {
        image.width == source.width && image.height == source.height
    }

    func callAsFunction(_ image: RGBImage) -> RGBImage {
        precondition(fits(image))
        guard horizontal != nil || vertical != nil else { return image }
        var pixels = image.pixels
        if let horizontal { pixels = resizeRows(pixels, by: horizontal) }
        if let vertical { pixels = resizeColumns(pixels, by: vertical) }
        return RGBImage(width: target.width, height: target.height, pixels: pixels)
    }

    /// [source height][source width] -> [source height][target width].
    private func resizeRows(_ pixels: [UInt8], by filter: ResamplingFilter) -> [UInt8] {
        let (inputLength, outputLength) = (source.width * Self.channels, target.width * Self.channels)
        return [UInt8](unsafeUninitializedCapacity: source.height * outputLength) { result, initialized in
            withUnsafeTemporaryAllocation(of: SIMD4<Int16>.self, capacity: source.width) { row in
                pixels.withUnsafeBufferPointer { pixels in
                    for y in 0..<source.height {
                        // Widened to 16 bits and four channels, so that a tap is one vector multiplication.
                        let input = pixels.baseAddress! + y * inputLength
                        for x in 0..<source.width {
                            let pixel = input + x &* 3
                            row[x] = SIMD4(Int16(pixel[0]), Int16(pixel[1]), Int16(pixel[2]), 0)
                        }
                        Self.resizeRow(row.baseAddress!, by: filter, into: result.baseAddress! + y * outputLength)
                    }
                }
            }
            initialized = source.height * outputLength
        }
    }

    private static func resizeRow(
        _ row: UnsafePointer<SIMD4<Int16>>, by filter: ResamplingFilter, into result: UnsafeMutablePointer<UInt8>
    ) {
        let half = SIMD4<Int32>(repeating: 1 << (Int32(filter.precision) - 1))
        let shift = SIMD4<Int32>(repeating: Int32(filter.precision))
        let brightest = SIMD4<Int32>(repeating: 255)
        filter.weights.withUnsafeBufferPointer { weights in
            var output = result
            for pixel in filter.outputs {
                var sum = half
                var tap = row + pixel.first
                for index in pixel.weights {
                    let weight = SIMD4<Int32>(repeating: Int32(weights[index]))
                    sum &+= SIMD4<Int32>(truncatingIfNeeded: tap.pointee) &* weight
                    tap += 1
                }
                let value = (sum &>> shift).clamped(lowerBound: .zero, upperBound: brightest)
                output[0] = UInt8(truncatingIfNeeded: value.x)
                output[1] = UInt8(truncatingIfNeeded: value.y)
                output[2] = UInt8(truncatingIfNeeded: value.z)
                output += 3
            }
        }
    }

    /// [source height][target width] -> [target height][target width], a whole row at a time.
    private func resizeColumns(_ pixels: [UInt8], by filter: ResamplingFilter) -> [UInt8] {
        let rowLength = target.width * Self.channels
        let half = Int32(1) << (Int32(filter.precision) - 1)
        let shift = Int32(filter.precision)
        return [UInt8](unsafeUninitializedCapacity: target.height * rowLength) { result, initialized in
            withUnsafeTemporaryAllocation(of: Int32.self, capacity: rowLength) { sums in
                let sums = sums.baseAddress!
                pixels.withUnsafeBufferPointer { pixels in
                    for (y, outputRow) in filter.outputs.enumerated() {
                        sums.initialize(repeating: half, count: rowLength)
                        var input = pixels.baseAddress! + outputRow.first * rowLength
                        for index in outputRow.weights {
                            let weight = Int32(filter.weights[index])
                            for x in 0..<rowLength { sums[x] &+= Int32(input[x]) &* weight }
                            input += rowLength
                        }
                        let output = result.baseAddress! + y * rowLength
                        for x in 0..<rowLength {
                            output[x] = UInt8(truncatingIfNeeded: max(0, min(255, sums[x] &>> shift)))
                        }
                    }
                }
            }
            initialized = target.height * rowLength
        }
    }
}
