import SystemPackage

/// The manifest's bytes as text: bounded, UTF-8, without a byte order mark.
enum ManifestText {
    static let mostBytes = 16 << 20

    /// nil: reported.
    static func read(_ path: FilePath, _ mistakes: Mistakes) -> String? {
        let bytes: [UInt8]
        do {
            bytes = try FileBytes.read(path, atMost: mostBytes + 1)
        } catch {
            mistakes.report(error == .noSuchFileOrDirectory ? "there is no such file." : "cannot be read: \(error).")
            return nil
        }
        guard bytes.count <= mostBytes else {
            mistakes.report("is larger than 16 MiB; put long lists of files into a list file (inputs: [{list: ...}]).")
            return nil
        }
        guard let text = String(validating: bytes.withoutByteOrderMark, as: UTF8.self) else {
            let (line, column) = firstInvalid(in: bytes)
            mistakes.report("is not UTF-8 text; save the file as UTF-8.", line: line, column: column)
            return nil
        }
        return text.utf8.first(where: { !$0.isWhitespace }) == UInt8(ascii: "{") ? joiningSurrogates(text) : text
    }

    private static func firstInvalid(in bytes: [UInt8]) -> (line: Int, column: Int) {
        var (line, column) = (1, 1)
        var decoder = UTF8()
        var iterator = bytes.withoutByteOrderMark.makeIterator()
        while case .scalarValue(let scalar) = decoder.decode(&iterator) {
            (line, column) = scalar == "\n" ? (line + 1, 1) : (line, column + 1)
        }
        return (line, column)
    }

    /// JSON writes characters beyond U+FFFF as two `\u` escapes, which YAML does not know: they become YAML's `\U`.
    private static func joiningSurrogates(_ json: String) -> String {
        guard json.contains("\\u") else { return json }
        let bytes = Array(json.utf8)
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            guard bytes[index] == UInt8(ascii: "\\"), index + 1 < bytes.count else {
                result.append(bytes[index])
                index += 1
                continue
            }
            if let high = escape(bytes, at: index), 0xD800..<0xDC00 ~= high,
                let low = escape(bytes, at: index + 6), 0xDC00..<0xE000 ~= low
            {
                let digits = String(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00), radix: 16)
                result += Array("\\U".utf8) + Array(repeating: UInt8(ascii: "0"), count: 8 - digits.count)
                result += Array(digits.utf8)
                index += 12
            } else {
                result += bytes[index...(index + 1)]
                index += 2
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// The value of `\uXXXX` at `index`.
    private static func escape(_ bytes: [UInt8], at index: Int) -> UInt32? {
        guard index + 6 <= bytes.count, bytes[index] == UInt8(ascii: "\\"), bytes[index + 1] == UInt8(ascii: "u")
        else { return nil }
        return UInt32(String(decoding: bytes[(index + 2)..<(index + 6)], as: UTF8.self), radix: 16)
    }
}

extension UInt8 {
    /// Space, tab, line feed, carriage return.
    var isWhitespace: Bool { self == 0x20 || self == 0x09 || self == 0x0A || self == 0x0D }
}
