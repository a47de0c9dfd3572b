/// A floating-point storage format seen as bits. The functions are branch-free over finite values, so that loops
/// over them vectorise.
protocol FloatingElement: Sendable {
    associatedtype Bits: FixedWidthInteger & UnsignedInteger & Sendable
    /// The bits of +infinity. Magnitudes at or above it are infinite or NaN.
    static var infinity: Bits { get }
    static func float(_ bits: Bits) -> Float
}

extension FloatingElement {
    /// The bits without the sign. They order as the magnitudes do.
    @inline(__always)
    static func magnitude(_ bits: Bits) -> Bits { bits & (Bits.max >> 1) }
}

enum BrainFloat16: FloatingElement {
    static var infinity: UInt16 { 0x7f80 }

    @inline(__always)
    static func float(_ bits: UInt16) -> Float { Float(bitPattern: UInt32(bits) << 16) }
}

enum HalfFloat: FloatingElement {
    static var infinity: UInt16 { 0x7c00 }

    /// The exponents' biases differ by 112; multiplying by 2^112 makes subnormal halves right as well.
    @inline(__always)
    static func float(_ bits: UInt16) -> Float {
        let magnitude = UInt32(bits & 0x7fff) << 13
        let finite = (Float(bitPattern: magnitude) * 0x1p112).bitPattern
        let result = bits & 0x7c00 == 0x7c00 ? magnitude | 0x7f80_0000 : finite
        return Float(bitPattern: result | UInt32(bits & 0x8000) << 16)
    }
}

enum SingleFloat: FloatingElement {
    static var infinity: UInt32 { 0x7f80_0000 }

    @inline(__always)
    static func float(_ bits: UInt32) -> Float { Float(bitPattern: bits) }
}
