import SystemPackage

/// A glob: `*` and `?` stand for any characters and any one character of a name, `[a-z]` and `[!a-z]` for one of a
/// set, `**` for any number of directories. Names that begin with a dot match only where the pattern has the dot.
struct GlobPattern: Equatable {
    enum Component: Equatable {
        /// `**`
        case anyDepth
        case name(NamePattern)
    }

    /// What comes before the first wildcard, to start the search at.
    var root: FilePath
    var components: [Component]

    /// `pattern` must have at least one component.
    init(_ pattern: String) {
        let names = pattern.split(separator: "/", omittingEmptySubsequences: true)
        let literal = names.dropLast().prefix { !Self.hasWildcards($0) }
        root = FilePath((pattern.hasPrefix("/") ? "/" : "") + literal.joined(separator: "/"))
        components = []
        for name in names.dropFirst(literal.count) where name != "." {
            let component: Component = name == "**" ? .anyDepth : .name(NamePattern(name))
            if component != .anyDepth || components.last != .anyDepth { components.append(component) }
        }
        if components.last == .anyDepth { components.append(.name(NamePattern("*"))) }
    }

    /// Everything below (or only directly in) a directory.
    init(everythingIn directory: FilePath, recursive: Bool) {
        root = directory
        components = recursive ? [.anyDepth, .name(NamePattern("*"))] : [.name(NamePattern("*"))]
    }

    static func hasWildcards(_ text: some StringProtocol) -> Bool {
        text.utf8.contains { $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "[") }
    }
}

/// The pattern of one name. Characters are Unicode scalars; a byte that is no UTF-8 counts as a character.
struct NamePattern: Equatable {
    private enum Token: Equatable {
        case exactly(UInt32)
        case anyOne
        case anyRun
        case set([ClosedRange<UInt32>], negated: Bool)
    }

    private var tokens: [Token] = []

    init(_ pattern: some StringProtocol) {
        let units = pattern.unicodeScalars.map(\.value)
        var index = 0
        while index < units.count {
            switch units[index] {
            case 0x2A: if tokens.last != .anyRun { tokens.append(.anyRun) }
            case 0x3F: tokens.append(.anyOne)
            case 0x5B:
                if let (set, end) = Self.set(units, after: index) {
                    tokens.append(set)
                    index = end
                } else {
                    tokens.append(.exactly(0x5B))
                }
            default: tokens.append(.exactly(units[index]))
            }
            index += 1
        }
    }

    func matches(_ name: some Sequence<UInt8>) -> Bool {
        let units = Self.units(name)
        if units.first == 0x2E, tokens.first != .exactly(0x2E) { return false }
        // The last `*` is the only one that ever has to take more.
        var (unit, token) = (0, 0)
        var retry: (unit: Int, token: Int)?
        while unit < units.count {
            if token < tokens.count, tokens[token] == .anyRun {
                retry = (unit, token + 1)
                token += 1
            } else if token < tokens.count, Self.matches(tokens[token], units[unit]) {
                (unit, token) = (unit + 1, token + 1)
            } else if let (start, next) = retry {
                retry = (start + 1, next)
                (unit, token) = (start + 1, next)
            } else {
                return false
            }
        }
        return tokens[token...].allSatisfy { $0 == .anyRun }
    }

    private static func matches(_ token: Token, _ unit: UInt32) -> Bool {
        switch token {
        case .exactly(let wanted): unit == wanted
        case .anyOne, .anyRun: true
        case .set(let ranges, let negated): ranges.contains { $0.contains(unit) } != negated
        }
    }

    /// The set that `[` at `start` opens, and where its `]` stands; nil: it is never closed and so an ordinary `[`.
    private static func set(_ units: [UInt32], after start: Int) -> (Token, end: Int)? {
        var index = start + 1
        let negated = index < units.count && (units[index] == 0x21 || units[index] == 0x5E)
        if negated { index += 1 }
        let first = index
        var ranges: [ClosedRange<UInt32>] = []
        while index < units.count {
            let low = units[index]
            if low == 0x5D, index > first { return (.set(ranges, negated: negated), index) }
            if index + 2 < units.count, units[index + 1] == 0x2D, units[index + 2] != 0x5D {
                if low <= units[index + 2] { ranges.append(low...units[index + 2]) }
                index += 3
            } else {
                ranges.append(low...low)
                index += 1
            }
        }
        return nil
    }

    private static func units(_ name: some Sequence<UInt8>) -> [UInt32] {
        let bytes = Array(name)
        var units: [UInt32] = []
        units.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            var length = 1
            if bytes[index] >= 0xC2 { length = bytes[index] < 0xE0 ? 2 : bytes[index] < 0xF0 ? 3 : 4 }
            let end = min(index + length, bytes.count)
            if let text = String(validating: bytes[index..<end], as: UTF8.self), let scalar = text.unicodeScalars.first
            {
                units.append(scalar.value)
                index = end
            } else {
                units.append(0x11_0000 + UInt32(bytes[index]))
                index += 1
            }
        }
        return units
    }
}
