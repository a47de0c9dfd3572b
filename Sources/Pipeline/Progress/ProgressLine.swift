/// One line on standard error that is written over again, at most ten times a second.
public struct ProgressLine {
    private var throttle = Throttle(every: .milliseconds(100))
    private var isShown = false

    private let isEnabled: Bool

    public init(isEnabled: Bool = true) {
        self.isEnabled = isEnabled
    }

    public mutating func show(_ text: @autoclosure () -> String) {
        guard isEnabled, throttle.isDue() else { return }
        Terminal.writeError("\r\(text().prefix(max(1, Terminal.width - 1)))\u{1B}[K")
        isShown = true
    }

    /// Takes the line away, for lines that stay.
    public mutating func end() {
        if isShown { Terminal.writeError("\r\u{1B}[K") }
        isShown = false
    }
}
