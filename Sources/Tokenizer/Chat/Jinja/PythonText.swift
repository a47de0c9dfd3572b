/// Python's string operations. They work on code points and bytes: Swift's own join combining marks to the characters
/// before them and take canonically equivalent texts for equal.
extension String {
    var backwards: String { String(scalars: unicodeScalars.reversed()) }

    func equals(_ other: String) -> Bool { utf8.elementsEqual(other.utf8) }

    func startsWith(_ prefix: String) -> Bool { utf8.starts(with: prefix.utf8) }

    func endsWith(_ suffix: String) -> Bool { utf8.reversed().starts(with: suffix.utf8.reversed()) }

    func containsText(_ part: String) -> Bool {
        part.isEmpty || !Array(utf8).ranges(of: Array(part.utf8), atMost: 1).isEmpty
    }

    /// UTF-8 has no character inside another, so that cutting at byte matches is safe.
    func split(by separator: String, atMost limit: Int = .max) -> [String] {
        let bytes = Array(utf8)
        var parts: [String] = []
        var start = 0
        for range in bytes.ranges(of: Array(separator.utf8), atMost: limit) {
            parts.append(String(decoding: bytes[start..<range.lowerBound], as: UTF8.self))
            start = range.upperBound
        }
        parts.append(String(decoding: bytes[start...], as: UTF8.self))
        return parts
    }

    /// At runs of white space, none of it kept: Python's `split()`.
    func splitAtSpaces() -> [String] {
        unicodeScalars.split(whereSeparator: \.isPythonSpace).map(String.init)
    }

    func utf8Replacing(_ old: String, with new: String, atMost limit: Int = .max) -> String {
        if old.isEmpty {
            let scalars = unicodeScalars.map { String($0) }
            let head = scalars.prefix(limit).map { new + $0 } + scalars.dropFirst(limit)
            return head.joined() + (limit > scalars.count ? new : "")
        }
        return split(by: old, atMost: limit).joined(separator: new)
    }

    enum Side { case left, right, both }

    /// Without white space at the ends, or without the scalars of `characters`.
    func stripped(_ side: Side, of characters: String? = nil) -> String {
        let unwanted = characters.map { Set($0.unicodeScalars) }
        func isUnwanted(_ scalar: Unicode.Scalar) -> Bool { unwanted?.contains(scalar) ?? scalar.isPythonSpace }
        var rest = Substring(self).unicodeScalars
        if side != .right { rest = rest.drop(while: isUnwanted) }
        if side != .left { while let last = rest.last, isUnwanted(last) { rest.removeLast() } }
        return String(rest)
    }

    /// The first letter in capitals, the rest in small letters.
    var capitalizedOnce: String {
        guard let first = unicodeScalars.first else { return self }
        return first.properties.titlecaseMapping + String(unicodeScalars.dropFirst()).lowercased()
    }

    /// Every run of scalars that satisfy `isPart` capitalised.
    func titled(_ isPart: (Unicode.Scalar) -> Bool) -> String {
        var result = ""
        var isInside = false
        for scalar in unicodeScalars {
            let mapping = isInside ? scalar.properties.lowercaseMapping : scalar.properties.titlecaseMapping
            isInside = isPart(scalar)
            result += isInside ? mapping : String(scalar)
        }
        return result
    }
}

extension [UInt8] {
    /// Places of a non-empty pattern, from the left, not overlapping.
    fileprivate func ranges(of pattern: [UInt8], atMost limit: Int) -> [Range<Int>] {
        guard let first = pattern.first else { return [] }
        var found: [Range<Int>] = []
        var position = 0
        while found.count < limit, position + pattern.count <= count {
            if self[position] == first, self[position..<position + pattern.count].elementsEqual(pattern) {
                found.append(position..<position + pattern.count)
                position += pattern.count
            } else {
                position += 1
            }
        }
        return found
    }
}

extension Unicode.Scalar {
    /// What Python's `str.isspace` and `\s` take for white space: Unicode's, and the four separators U+001C to U+001F.
    var isPythonSpace: Bool { properties.isWhitespace || (0x1C...0x1F).contains(value) }
    var isASCIILetter: Bool { ("a"..."z").contains(self) || ("A"..."Z").contains(self) }
    var isASCIIDigit: Bool { ("0"..."9").contains(self) }
}
