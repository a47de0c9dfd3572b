import Foundation

enum JSONText {
    /// The value of one JSON string literal, quotes included.
    static func string(_ literal: ArraySlice<UInt8>) -> String? {
        try? JSONDecoder().decode(String.self, from: Data(literal))
    }
}
