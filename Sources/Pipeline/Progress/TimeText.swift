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
