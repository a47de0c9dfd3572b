/// Cuts a template into text and the tokens of its tags.
///
/// White space follows Jinja with `trim_blocks` and `lstrip_blocks` on, as Hugging Face sets it: the line break after
/// a block tag and the blanks before one on its line vanish; `-` strips all white space on its side, `+` keeps it.
struct Lexer {
    private let source: [Unicode.Scalar]
    private var position = 0
    private var line = 1
    private var tokens: [Token] = []
    /// The last tag took the line break after it along, so the text after it begins a line.
    private var atLineStart = true

    private init(_ template: String) {
        var text = template.utf8Replacing("\r\n", with: "\n").utf8Replacing("\r", with: "\n")
        if text.unicodeScalars.last == "\n" { text.unicodeScalars.removeLast() }
        source = Array(text.unicodeScalars)
    }

    static func tokens(of template: String) throws(TemplateError) -> [Token] {
        var lexer = Lexer(template)
        while lexer.position < lexer.source.count { try lexer.readTextAndTag() }
        lexer.emit(.end)
        return lexer.tokens
    }

    private mutating func readTextAndTag() throws(TemplateError) {
        let start = position
        while position < source.count, !isTagStart { position += 1 }
        var text = source[start..<position]
        guard position < source.count else {
            emitText(text)
            return
        }
        let kind = source[position + 1]
        let sign = position + 2 < source.count ? source[position + 2] : " "
        if sign == "-" {
            while let last = text.last, last.isPythonSpace { text.removeLast() }
        } else if sign != "+", kind != "{" {
            let blanks = text.reversed().prefix { $0 != "\n" && $0.isPythonSpace }.count
            if blanks < text.count ? text[text.endIndex - blanks - 1] == "\n" : atLineStart { text.removeLast(blanks) }
        }
        emitText(text)
        line += source[start..<position].count { $0 == "\n" } - text.count { $0 == "\n" }
        position += sign == "-" || sign == "+" ? 3 : 2
        switch kind {
        case "#": try skipComment()
        case "%": try readTag(.blockStart, closing: "%", .blockEnd)
        default: try readTag(.outputStart, closing: "}", .outputEnd)
        }
    }

    private var isTagStart: Bool {
        source[position] == "{" && position + 1 < source.count && ["{", "%", "#"].contains(source[position + 1])
    }

    private mutating func skipComment() throws(TemplateError) {
        let start = position
        while position + 1 < source.count {
            if source[position] == "#", source[position + 1] == "}" {
                let sign: Unicode.Scalar? = position > start ? source[position - 1] : nil
                position += 2
                line += source[start..<position].count { $0 == "\n" }
                skipSpaceAfterTag(sign: sign, trimsLineBreak: true)
                return
            }
            position += 1
        }
        throw TemplateError(line: line, reason: "a comment '{#' is not closed")
    }

    private mutating func readTag(_ start: Token.Kind, closing: Unicode.Scalar, _ end: Token.Kind) throws(TemplateError)
    {
        let startLine = line
        emit(start)
        var brackets: [Unicode.Scalar] = []
        while true {
            skipSpaces()
            guard position < source.count else {
                throw TemplateError(line: startLine, reason: "a tag '{\(closing == "%" ? "%" : "{")' is not closed")
            }
            let signed = source[position] == "-" || source[position] == "+" && closing == "%"
            let mark = position + (signed ? 1 : 0)
            if brackets.isEmpty, mark + 1 < source.count, source[mark] == closing, source[mark + 1] == "}" {
                emit(end)
                position = mark + 2
                skipSpaceAfterTag(sign: signed ? source[mark - 1] : nil, trimsLineBreak: closing == "%")
                return
            }
            try readToken(&brackets)
        }
    }

    private mutating func skipSpaceAfterTag(sign: Unicode.Scalar?, trimsLineBreak: Bool) {
        let start = position
        if sign == "-" {
            skipSpaces()
        } else if sign != "+", trimsLineBreak, position < source.count, source[position] == "\n" {
            position += 1
            line += 1
        }
        atLineStart = position > start && source[position - 1] == "\n"
    }

    private mutating func skipSpaces() {
        while position < source.count, source[position].isPythonSpace {
            if source[position] == "\n" { line += 1 }
            position += 1
        }
    }

    private mutating func emit(_ kind: Token.Kind) { tokens.append(Token(kind: kind, line: line)) }

    private mutating func emitText(_ text: ArraySlice<Unicode.Scalar>) {
        guard !text.isEmpty else { return }
        emit(.text(String(scalars: text)))
        line += text.count { $0 == "\n" }
    }
}

extension Lexer {
    private mutating func readToken(_ brackets: inout [Unicode.Scalar]) throws(TemplateError) {
        let scalar = source[position]
        switch scalar {
        case "a"..."z", "A"..."Z", "_":
            emit(.name(String(scalars: take { $0 == "_" || $0.isASCIILetter || $0.isASCIIDigit })))
        case "0"..."9":
            try readNumber()
        case "'", "\"":
            try readString(quote: scalar)
        default:
            try readSymbol(&brackets)
        }
    }

    private mutating func take(while belongs: (Unicode.Scalar) -> Bool) -> ArraySlice<Unicode.Scalar> {
        let start = position
        while position < source.count, belongs(source[position]) { position += 1 }
        return source[start..<position]
    }

    private mutating func readNumber() throws(TemplateError) {
        let afterDot = tokens.last?.kind == .symbol(".")
        var text = String(scalars: take { $0.isASCIIDigit || $0 == "_" })
        var isFloat = false
        if !afterDot, position + 1 < source.count, source[position] == ".", source[position + 1].isASCIIDigit {
            position += 1
            text += "." + String(scalars: take { $0.isASCIIDigit || $0 == "_" })
            isFloat = true
        }
        if !afterDot, position < source.count, source[position] == "e" || source[position] == "E" {
            let mark = position
            position += 1
            let sign = position < source.count && ["+", "-"].contains(source[position]) ? String(source[position]) : ""
            position += sign.isEmpty ? 0 : 1
            let exponent = take { $0.isASCIIDigit }
            if exponent.isEmpty {
                position = mark
            } else {
                (text, isFloat) = (text + "e" + sign + String(scalars: exponent), true)
            }
        }
        let digits = text.utf8Replacing("_", with: "")
        if isFloat, let number = Double(digits) {
            emit(.float(number))
        } else if let number = Int(digits) {
            emit(.integer(number))
        } else {
            throw TemplateError(line: line, reason: "the number \(digits.prefix(30)) is too large")
        }
    }

    private mutating func readString(quote: Unicode.Scalar) throws(TemplateError) {
        let startLine = line
        position += 1
        var text = String.UnicodeScalarView()
        while position < source.count, source[position] != quote {
            if source[position] == "\n" { line += 1 }
            if source[position] == "\\", position + 1 < source.count {
                position += 1
                try readEscape(into: &text)
            } else {
                text.append(source[position])
                position += 1
            }
        }
        guard position < source.count else { throw TemplateError(line: startLine, reason: "a string is not closed") }
        position += 1
        tokens.append(Token(kind: .string(String(text)), line: startLine))
    }

    /// Python's escapes; an unknown one stays as it is written.
    private mutating func readEscape(into text: inout String.UnicodeScalarView) throws(TemplateError) {
        let scalar = source[position]
        position += 1
        switch scalar {
        case "n": text.append("\n")
        case "t": text.append("\t")
        case "r": text.append("\r")
        case "b": text.append("\u{8}")
        case "f": text.append("\u{C}")
        case "v": text.append("\u{B}")
        case "a": text.append("\u{7}")
        case "0": text.append("\u{0}")
        case "\\", "'", "\"": text.append(scalar)
        case "\n": line += 1
        case "x": text.append(try readHexadecimal(digits: 2))
        case "u": text.append(try readHexadecimal(digits: 4))
        case "U": text.append(try readHexadecimal(digits: 8))
        default: text.append(contentsOf: ["\\", scalar])
        }
    }

    private mutating func readHexadecimal(digits: Int) throws(TemplateError) -> Unicode.Scalar {
        let text = String(scalars: source[position..<min(position + digits, source.count)])
        guard text.utf8.count == digits, let value = UInt32(text, radix: 16), let scalar = Unicode.Scalar(value) else {
            throw TemplateError(line: line, reason: "a string has a bad escape")
        }
        position += digits
        return scalar
    }

    private mutating func readSymbol(_ brackets: inout [Unicode.Scalar]) throws(TemplateError) {
        let scalar = source[position]
        let pair = position + 1 < source.count ? String(scalars: [scalar, source[position + 1]]) : ""
        if ["==", "!=", ">=", "<=", "//", "**"].contains(pair) {
            emit(.symbol(pair))
            position += 2
            return
        }
        switch scalar {
        case "(": brackets.append(")")
        case "[": brackets.append("]")
        case "{": brackets.append("}")
        case ")", "]", "}":
            let expected = brackets.popLast()
            guard expected == scalar else {
                let reason = expected.map { "unexpected '\(scalar)', expected '\($0)'" } ?? "'\(scalar)' closes nothing"
                throw TemplateError(line: line, reason: reason)
            }
        case "+", "-", "*", "/", "%", "~", "<", ">", "=", ".", ":", "|", ",": break
        default: throw TemplateError(line: line, reason: "unexpected character '\(scalar)'")
        }
        emit(.symbol(String(scalar)))
        position += 1
    }
}
