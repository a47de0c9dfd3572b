/// Patch grid of an image or video: temporal slices, rows and columns of patches.
public struct PatchGrid: Sendable, Equatable, Hashable {
    public var t: Int
    public var h: Int
    public var w: Int

    public init(t: Int, h: Int, w: Int) {
        self.t = t
        self.h = h
        self.w = w
    }

    public var patchCount: Int { t * h * w }

    /// Tokens after the merge of `mergeSize` x `mergeSize` patches.
    public func tokenCount(mergeSize: Int) -> Int { t * h * w / (mergeSize * mergeSize) }
}

/// Normalised patches in merge-block order: `values[patch * patchLength + (channel, temporal, y, x)]`.
public struct VisionPatches: Sendable, Equatable {
    public let grid: PatchGrid
    public let values: [Float]

    public init(grid: PatchGrid, values: [Float]) {
        self.grid = grid
        self.values = values
    }
}
