import Media

/// Qwen2VLImageProcessor and its video twin: resize to the patch grid, normalise, cut into patches in merge-block order.
///
/// `mean` and `standardDeviation` are of values in [0, 1], one for each of the three channels.
public struct VisionPreprocessor: Sendable {
    private static let channels = 3

    private let patchSize: Int
    private let temporalPatchSize: Int
    private let mergeSize: Int
    /// `normalised[channel * 256 + value]`: there are only 256 values, so the division is done once for each.
    private let normalised: [Float]

    public init(
        patchSize: Int = 16, temporalPatchSize: Int = 2, mergeSize: Int = 2, mean: [Float] = [0.5, 0.5, 0.5],
        standardDeviation: [Float] = [0.5, 0.5, 0.5]
    ) {
        precondition(patchSize > 0 && temporalPatchSize > 0 && mergeSize > 0)
        precondition(mean.count == Self.channels && standardDeviation.count == Self.channels)
        self.patchSize = patchSize
        self.temporalPatchSize = temporalPatchSize
        self.mergeSize = mergeSize
        normalised = zip(mean, standardDeviation).flatMap { mean, deviation in
            (0..<256).map { (Float($0) - mean * 255) / (deviation * 255) }
        }
    }

    /// smart_resize of the reference: multiples of patch x merge, banker's rounding, kept inside the budget.
    public func targetSize(
        width: Int, height: Int, budget: PixelBudget
    ) throws(FeatureError) -> (width: Int, height: Int) {
        try smartResize(width: width, height: height, factor: patchSize * mergeSize, budget: budget)
    }

    /// A still image: one temporal slice that shows it in every frame.
    public func patches(image: RGBImage, budget: PixelBudget) throws(FeatureError) -> VisionPatches {
        try patches(frames: [image], budget: budget)
    }

    /// Frames of one video; an odd count repeats the last frame. The first frame decides the size, frames of another size
    /// are stretched to it. No frames give an empty grid.
    public func patches(frames: [RGBImage], budget: PixelBudget) throws(FeatureError) -> VisionPatches {
        guard let first = frames.first else { return VisionPatches(grid: PatchGrid(t: 0, h: 0, w: 0), values: []) }
        let target = try targetSize(width: first.width, height: first.height, budget: budget)
        let grid = PatchGrid(
            t: (frames.count + temporalPatchSize - 1) / temporalPatchSize, h: target.height / patchSize,
            w: target.width / patchSize)
        let patchLength = Self.channels * temporalPatchSize * patchSize * patchSize
        let sliceLength = grid.h * grid.w * patchLength
        var resizer = BicubicResizer(from: (first.width, first.height), to: target)
        let values = [Float](unsafeUninitializedCapacity: grid.t * sliceLength) { values, initialized in
            for slice in 0..<grid.t {
                let start = values.baseAddress! + slice * sliceLength
                for position in 0..<temporalPatchSize {
                    let index = slice * temporalPatchSize + position
                    guard index < frames.count else {
                        repeatFrame(at: position, patches: grid.h * grid.w, in: start)
                        continue
                    }
                    let frame = frames[index]
                    if !resizer.fits(frame) {
                        resizer = BicubicResizer(from: (frame.width, frame.height), to: target)
                    }
                    write(resizer(frame), at: position, rows: grid.h, columns: grid.w, into: start)
                }
            }
            initialized = grid.t * sliceLength
        }
        return VisionPatches(grid: grid, values: values)
    }

    /// Writes one frame of a temporal slice into all its patches.
    private func write(
        _ image: RGBImage, at position: Int, rows: Int, columns: Int, into slice: UnsafeMutablePointer<Float>
    ) {
        let area = patchSize * patchSize
        let patchLength = Self.channels * temporalPatchSize * area
        var patch = slice + position * area
        image.pixels.withUnsafeBufferPointer { pixels in
            normalised.withUnsafeBufferPointer { normalised in
                for blockRow in 0..<rows / mergeSize {
                    for blockColumn in 0..<columns / mergeSize {
                        for inner in 0..<mergeSize * mergeSize {
                            let row = blockRow * mergeSize + inner / mergeSize
                            let column = blockColumn * mergeSize + inner % mergeSize
                            let corner = (row * patchSize * image.width + column * patchSize) * Self.channels
                            writePatch(
                                from: pixels.baseAddress! + corner, rowLength: image.width * Self.channels,
                                table: normalised.baseAddress!, to: patch)
                            patch += patchLength
                        }
                    }
                }
            }
        }
    }

    private func writePatch(
        from corner: UnsafePointer<UInt8>, rowLength: Int, table: UnsafePointer<Float>,
        to patch: UnsafeMutablePointer<Float>
    ) {
        for channel in 0..<Self.channels {
            let table = table + channel &* 256
            var output = patch + channel &* temporalPatchSize &* patchSize &* patchSize
            var input = corner + channel
            for _ in 0..<patchSize {
                for x in 0..<patchSize { output[x] = table[Int(input[x &* 3])] }
                output += patchSize
                input += rowLength
            }
        }
    }

    /// Copies the frame before `position` within each patch of a slice.
    private func repeatFrame(at position: Int, patches: Int, in slice: UnsafeMutablePointer<Float>) {
        let area = patchSize * patchSize
        for plane in 0..<patches * Self.channels {
            let previous = slice + (plane * temporalPatchSize + position - 1) * area
            (previous + area).update(from: previous, count: area)
        }
    }
}
