import SystemPackage

/// A place in a medium: "00:04.2", "1:02:03.4".
public func mediaTime(_ seconds: Double) -> String {
    let tenths = Int((max(0, seconds) * 10).rounded())
    let (hours, minutes, rest) = (tenths / 36_000, tenths / 600 % 60, tenths % 600)
    let clock = "\(twoDigits(minutes)):\(twoDigits(rest / 10)).\(rest % 10)"
    return hours > 0 ? "\(hours):\(clock)" : clock
}

/// A length as a clock shows it: "0:06", "1:32", "2:03:04".
func clockTime(_ seconds: Double) -> String {
    let whole = Int(max(0, seconds).rounded())
    let (hours, minutes, rest) = (whole / 3600, whole / 60 % 60, whole % 60)
    return hours > 0
        ? "\(hours):\(twoDigits(minutes)):\(twoDigits(rest))" : "\(minutes):\(twoDigits(rest))"
}

/// A length in words: "8 s", "12 min", "2 h 05 min".
func lengthText(_ seconds: Double) -> String {
    let whole = Int(max(0, seconds).rounded())
    if whole < 120 { return "\(whole) s" }
    let minutes = (whole + 30) / 60
    return minutes < 120 ? "\(minutes) min" : "\(minutes / 60) h \(twoDigits(minutes % 60)) min"
}

private func twoDigits(_ value: Int) -> String {
    value < 10 ? "0\(value)" : "\(value)"
}

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

/// A path for the terminal: as seen from `base` where it lies below, control characters escaped, bytes that are no
/// UTF-8 as U+FFFD.
public func displayPath(_ path: FilePath, from base: FilePath? = nil) -> String {
    var shown = path
    if let base, !base.isEmpty, shown.removePrefix(base), shown.isEmpty { shown = path }
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
