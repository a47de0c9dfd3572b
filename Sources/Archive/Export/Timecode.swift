/// A time on the media's clock, rounded to milliseconds.
struct Timecode: Equatable {
    var milliseconds: Int64

    init(_ seconds: Double) { milliseconds = (max(microseconds(seconds), 0) + 500) / 1000 }

    /// SubRip: "01:02:03,456"; hours have at least two digits.
    var subRip: String { "\(clock),\(padded(milliseconds % 1000, 3))" }

    /// WebVTT: "01:02:03.456".
    var webVTT: String { "\(clock).\(padded(milliseconds % 1000, 3))" }

    /// For people: "02:03.4", from an hour on "1:02:03.4".
    var reading: String {
        let tenths = (milliseconds + 50) / 100
        let (hours, minutes, seconds) = (tenths / 36000, tenths / 600 % 60, tenths / 10 % 60)
        let head = hours > 0 ? "\(hours):" : ""
        return "\(head)\(padded(minutes, 2)):\(padded(seconds, 2)).\(tenths % 10)"
    }

    private var clock: String {
        let seconds = milliseconds / 1000
        return "\(padded(seconds / 3600, 2)):\(padded(seconds / 60 % 60, 2)):\(padded(seconds % 60, 2))"
    }
}

private func padded(_ number: Int64, _ digits: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(digits - text.count, 0)) + text
}
