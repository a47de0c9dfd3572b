/// A chat template that cannot be read or rendered: the line of the template and the construct.
struct TemplateError: Error, Equatable {
    var line: Int
    var reason: String
}

/// Why an operation on values is not possible; the interpreter adds the line.
struct Refusal: Error {
    var reason: String
    init(_ reason: String) { self.reason = reason }
}
