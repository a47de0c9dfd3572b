import Foundation
import SystemPackage

/// "1 unit", "2 units", "1,204 units".
func counted(_ count: Int, _ noun: String) -> String {
    "\(grouped(count)) \(noun)\(count == 1 ? "" : "s")"
}

func grouped(_ count: Int) -> String {
    var digits = String(abs(count))
    var groups: [String] = []
    while digits.count > 3 {
        groups.insert(String(digits.suffix(3)), at: 0)
        digits.removeLast(3)
    }
    return (count < 0 ? "-" : "") + ([digits] + groups).joined(separator: ",")
}

/// A path for the terminal: as seen from `base`, or else from the working directory, where it lies below; control
/// characters escaped, bytes that are no UTF-8 as U+FFFD.
public func displayPath(_ path: FilePath, from base: FilePath? = nil) -> String {
    guard let base else { return printable(path.string) }
    var shown = path
    guard !base.isEmpty, shown.removePrefix(base), !shown.isEmpty else { return printable(shortestPath(path).string) }
    return printable(shown.string)
}

/// Text on one line, without anything that a terminal would obey.
public func printable(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\n": result += "\\n"
        case "\t": result += "\\t"
        case "\r": result += "\\r"
        default:
            if scalar.properties.generalCategory == .control {
                result += "\\u{\(String(scalar.value, radix: 16))}"
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
    }
    return result
}

/// `path` seen from the working directory, without dots.
public func absolutePath(_ path: FilePath) -> FilePath {
    FilePath(FileManager.default.currentDirectoryPath).pushing(path).lexicallyNormalized()
}

/// `path` as it can be written from the working directory.
public func shortestPath(_ path: FilePath) -> FilePath {
    var short = path
    let here = FilePath(FileManager.default.currentDirectoryPath)
    return short.removePrefix(here) && !short.isEmpty ? short : path
}

/// A word for the shell, quoted where it must be.
func shellWord(_ text: String) -> String {
    let plain = text.unicodeScalars.allSatisfy { scalar in
        ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar)
            || "/._-+,:@%=".unicodeScalars.contains(scalar) || scalar.value > 0x7f
    }
    return plain && !text.isEmpty ? text : "'" + text.replacingOccurrences(of: "'", with: "'\\''") + "'"
}
