/// Pixels an image (or one video frame) may have after resizing.
public struct PixelBudget: Sendable, Equatable {
    public var minimum: Int
    public var maximum: Int

    public init(minimum: Int, maximum: Int) {
        self.minimum = minimum
        self.maximum = maximum
    }
}

/// The size that Qwen's `smart_resize` gives a picture: both sides multiples of `factor` (halves to even), the area inside
/// the budget, the proportions kept as well as that allows. transformers, image_processing_qwen2_vl.py.
///
/// - Throws: `FeatureError.aspectRatio` above 200 to 1 and for a picture without pixels.
func smartResize(
    width: Int, height: Int, factor: Int, budget: PixelBudget
) throws(FeatureError) -> (width: Int, height: Int) {
    let (longer, shorter) = (max(width, height), min(width, height))
    guard shorter > 0, Double(longer) / Double(shorter) <= 200 else {
        throw .aspectRatio(width: width, height: height)
    }
    let unit = Double(factor)
    let rounded = { (side: Int) in Int((Double(side) / unit).rounded(.toNearestOrEven)) * factor }
    let area = Double(width) * Double(height)
    var target = (width: rounded(width), height: rounded(height))
    if target.width * target.height > budget.maximum {
        let shrink = (area / Double(budget.maximum)).squareRoot()
        target.width = Int((Double(width) / shrink / unit).rounded(.down)) * factor
        target.height = Int((Double(height) / shrink / unit).rounded(.down)) * factor
    } else if target.width * target.height < budget.minimum {
        let grow = (Double(budget.minimum) / area).squareRoot()
        target.width = Int((Double(width) * grow / unit).rounded(.up)) * factor
        target.height = Int((Double(height) * grow / unit).rounded(.up)) * factor
    }
    return (max(target.width, factor), max(target.height, factor))
}
