import Testing

@testable import Manifest

@Suite("CSV")
struct CSVReaderTests {
    private func records(_ text: String) -> [[String]] {
        CSVReader(Array(text.utf8)).map { $0.fields.map { String(decoding: $0, as: UTF8.self) } }
    }

    @Test(
        "is read as RFC 4180 has it",
        arguments: [
            ("a,b\r\nc,d\r\n", [["a", "b"], ["c", "d"]]),
            ("a,b\nc,d", [["a", "b"], ["c", "d"]]),
            ("a\rb\r", [["a"], ["b"]]),
            ("\u{FEFF}a,b", [["a", "b"]]),
            ("\"a,b\",c", [["a,b", "c"]]),
            ("\"a\"\"b\"", [["a\"b"]]),
            ("\"a\r\nb\",c\nd,e", [["a\r\nb", "c"], ["d", "e"]]),
            (",\n,", [["", ""], ["", ""]]),
            ("\"\"\n\"\"", [[""], [""]]),
            ("a,\n", [["a", ""]]),
            (" a , b ", [[" a ", " b "]]),
            ("\n\na", [[""], [""], ["a"]]),
            ("", []),
        ])
    func format(text: String, expected: [[String]]) {
        #expect(records(text) == expected)
    }

    @Test("counts lines inside quotes")
    func lines() {
        let records = Array(CSVReader(Array("h\n\"a\nb\r\nc\rd\"\ne\r\nf".utf8)))
        #expect(records.map(\.line) == [1, 2, 6, 7])
    }

    @Test(
        "says what is wrong with a record and goes on with the next",
        arguments: [
            ("a\"b\nc", "a quote stands inside a field that does not begin with one"),
            ("\"a\"b\nc", "text follows a closing quote"),
        ])
    func mistakes(text: String, mistake: String) {
        let records = Array(CSVReader(Array(text.utf8)))
        #expect(records.map(\.mistake) == [mistake, nil])
    }

    @Test("with a quote that is never closed ends there")
    func unclosed() {
        let records = Array(CSVReader(Array("a\n\"b,c\nd".utf8)))
        #expect(records.map(\.mistake) == [nil, "a quote is never closed"])
        #expect(records.map(\.line) == [1, 2])
    }
}
