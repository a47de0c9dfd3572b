/// The printable stand-ins for bytes that vocab.json and merges.txt are written in (GPT-2's `bytes_to_unicode`).
///
/// Printable Latin-1 bytes stand for themselves; the other 68 bytes follow in order from U+0100.
enum ByteAlphabet {
    static let scalars: [Unicode.Scalar] = {
        var next: UInt32 = 0x100
        return (UInt8.min...UInt8.max).map { byte in
            if isPrintable(byte) { return Unicode.Scalar(byte) }
            defer { next += 1 }
            return Unicode.Scalar(next) ?? " "
        }
    }()

    /// By scalar value; nil where no byte has that stand-in.
    private static let bytes: [UInt8?] = {
        var bytes = [UInt8?](repeating: nil, count: 0x144)
        for (byte, scalar) in zip(UInt8.min...UInt8.max, scalars) { bytes[Int(scalar.value)] = byte }
        return bytes
    }()

    /// The bytes a piece stands for. A piece with a scalar outside the alphabet stands for its own UTF-8, as in
    /// Hugging Face's byte-level decoder.
    static func bytes(of piece: ArraySlice<UInt8>) -> [UInt8] {
        let bytes = Self.bytes
        var decoded: [UInt8] = []
        decoded.reserveCapacity(piece.count)
        for scalar in String(decoding: piece, as: UTF8.self).unicodeScalars {
            guard scalar.value < bytes.count, let byte = bytes[Int(scalar.value)] else { return Array(piece) }
            decoded.append(byte)
        }
        return decoded
    }

    private static func isPrintable(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x21...0x7E, 0xA1...0xAC, 0xAE...0xFF: true
        default: false
        }
    }
}
