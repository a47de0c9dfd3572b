/// One line on standard error that is written over again, at most ten times a second; nothing where there is no terminal.
public struct ProgressLine {
    private var throttle = Throttle(every: .milliseconds(100))
    private var isShown = false

    public init() {}

    public mutating func show(_ text: @autoclosure () -> String) {
        guard throttle.isDue() else { return }
        Terminal.writeError("\r\(text().prefix(max(1, Terminal.width - 1)))\u{1B}[K")
        isShown = true
    }

    /// Takes the line away, for lines that stay.
    public mutating func end() {
        if isShown { Terminal.writeError("\r\u{1B}[K") }
        isShown = false
    }
}
