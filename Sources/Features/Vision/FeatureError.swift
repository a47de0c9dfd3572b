/// Why a picture cannot become patches.
public enum FeatureError: Error, Equatable, Sendable {
    /// Longer side over shorter side is above 200.
    case aspectRatio(width: Int, height: Int)
}

extension FeatureError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .aspectRatio(let width, let height):
            "the picture is \(width) x \(height): one side may be at most 200 times the other; crop it"
        }
    }
}
