/// A picture as the vision encoder's front end takes it: 8-bit RGB, row-major, no padding.
///
/// `pixels.count == width * height * 3`; upright (orientation applied), alpha composited on white.
public struct RGBImage: Sendable, Equatable {
    public let width: Int
    public let height: Int
    public var pixels: [UInt8]

    public init(width: Int, height: Int, pixels: [UInt8]) {
        precondition(pixels.count == width * height * 3)
        self.width = width
        self.height = height
        self.pixels = pixels
    }
}
