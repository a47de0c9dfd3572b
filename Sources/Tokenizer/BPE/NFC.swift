import Foundation

extension String {
    /// Normalisation form C.
    var nfc: String {
        if utf8.allSatisfy({ $0 < 0x80 }) { return self }
        guard unicodeScalars.contains(where: { Self.overlooked[$0] != nil }) else {
            return precomposedStringWithCanonicalMapping
        }
        let scalars = unicodeScalars.flatMap { Self.overlooked[$0] ?? [$0] }
        return String(scalars: scalars).precomposedStringWithCanonicalMapping
    }

    /// Three Tibetan vowels are starters whose decompositions are not: Swift's normaliser takes them for a boundary and
    /// leaves the marks around them unsorted. They are never composed again, so that decomposing them first is exact.
    private static let overlooked: [Unicode.Scalar: [Unicode.Scalar]] = [
        "\u{F73}": ["\u{F71}", "\u{F72}"], "\u{F75}": ["\u{F71}", "\u{F74}"], "\u{F81}": ["\u{F71}", "\u{F80}"],
    ]
}
