import Yams

/// libyaml's errors in words that help the person who wrote the file.
enum YAMLSyntax {
    static func explain(_ error: any Error, in text: String) -> (line: Int, column: Int, message: String) {
        switch error {
        case YamlError.scanner(let context, let problem, let mark, _),
            YamlError.parser(let context, let problem, let mark, _),
            YamlError.composer(let context, let problem, let mark, _):
            let message = hint(problem, context, mark, text) ?? "is no valid YAML here: \(problem)\(place(context))."
            return (mark.line, mark.column, message)
        case YamlError.reader(let problem, let offset, _, _):
            let (line, column) = position(ofCharacter: offset ?? 0, in: text)
            return (line, column, "holds a character that YAML does not allow: \(problem).")
        default:
            return (1, 1, "is no valid YAML: \(error).")
        }
    }

    private static func hint(_ problem: String, _ context: YamlError.Context?, _ mark: Mark, _ text: String) -> String?
    {
        let here = text.index(line: mark.line, column: mark.column).flatMap { $0 < text.endIndex ? text[$0] : nil }
        let task = context?.text ?? ""
        if problem.contains("nesting level") { return "is nested too deeply." }
        if problem.contains("cannot start any token"), here == "\t" { return "a tab cannot indent YAML; use spaces." }
        if problem.contains("cannot start any token"), let here { return "text that begins with \(here) needs quotes." }
        if task.contains("scanning an alias") || problem.contains("undefined alias") {
            return "* begins a YAML alias, and there is none of this name; put a glob that begins with * in quotes."
        }
        if problem.contains("mapping values are not allowed") {
            return "a ':' is not expected here; check the indentation, or put text that holds ': ' in quotes."
        }
        if problem.contains("another document") { return "a manifest is one YAML document; remove what follows '---'." }
        if task.contains("scanning a simple key") { return "is no valid YAML: a ':' is missing after the key." }
        if problem.contains("unexpected end of stream"), let context {
            return "the quote opened on line \(context.mark.line) is never closed."
        }
        return nil
    }

    private static func place(_ context: YamlError.Context?) -> String {
        context.map { " \($0.text) that begins on line \($0.mark.line)" } ?? ""
    }

    /// Yams gives reader errors as a distance in characters.
    private static func position(ofCharacter offset: Int, in text: String) -> (line: Int, column: Int) {
        let before = text.prefix(offset)
        let line = before.count(where: \.isNewline) + 1
        let start = before.lastIndex(where: \.isNewline).map { before.index(after: $0) } ?? before.startIndex
        return (line, before[start...].unicodeScalars.count + 1)
    }
}
