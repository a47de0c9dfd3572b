import Yams

/// Collects what is wrong with one manifest, so that the user hears of everything at once.
final class Mistakes {
    /// A file that is wrong all over (another format, say) need not be told about line by line.
    static let most = 100

    let file: String
    private(set) var diagnostics: [Diagnostic] = []

    init(file: String) {
        self.file = file
    }

    var isEmpty: Bool { diagnostics.isEmpty }
    var isFull: Bool { diagnostics.count >= Self.most }

    /// In the order of the file. What an alias repeats is told once.
    var sorted: [Diagnostic] {
        diagnostics.sorted { ($0.line, $0.column) < ($1.line, $1.column) }
    }

    func report(_ message: String, at node: Node) {
        report(message, line: node.mark?.line ?? 1, column: node.mark?.column ?? 1)
    }

    func report(_ message: String, line: Int, column: Int) {
        let diagnostic = Diagnostic(file: file, line: line, column: column, message: message)
        if !isFull, !diagnostics.contains(diagnostic) { diagnostics.append(diagnostic) }
    }

    /// About the file as a whole.
    func report(_ message: String) {
        report(message, line: 0, column: 0)
    }
}
