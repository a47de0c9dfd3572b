import Testing

@testable import Manifest

@Suite("A prompt")
struct PromptTemplateTests {
    @Test(
        "has its variables filled in and doubled braces made single",
        arguments: [
            ("plain", "plain"), ("", ""), ("{a}{b c}", "12"), ("<{a}>", "<1>"), ("{{a}}", "{a}"), ("{{{a}}}", "{1}"),
            ("{{{{}}}}", "{{}}"), ("ü{a}ü", "ü1ü"), ("{nested}", "{a}"),
        ])
    func rendering(prompt: String, text: String) throws {
        let template = PromptTemplate(prompt)
        #expect(template.mistake == nil)
        #expect(try template.rendered(["a": "1", "b c": "2", "nested": "{a}"]) == text)
    }

    @Test(
        "with odd braces names its first mistake and keeps them as they stand",
        arguments: [
            ("{", "{"), ("}", "}"), ("a { b", "a { b"), ("a } b", "a } b"), ("{a {b}", "{a 2"), ("{}", "{}"),
            ("{\"a\": 1}", "{\"a\": 1}"), ("{ a }", "{ a }"), ("{a\nb}", "{a\nb}"),
        ])
    func mistakes(prompt: String, text: String) throws {
        let template = PromptTemplate(prompt)
        #expect(template.mistake != nil)
        #expect(try template.rendered(["a": "1", "b": "2"]) == text)
    }

    @Test("names the variable that a file does not have")
    func missing() {
        let task = JobTask(
            kind: .ask, name: "ask", prompt: "{title} by {author}", system: nil, media: [.image], limits: Limits(),
            sampling: .factual)
        #expect(throws: MissingVariable(name: "author")) {
            try task.renderedPrompt(for: .image, variables: ["title": "Bridge"])
        }
    }

    @Test("may use the columns of any list, and no others")
    func columns() throws {
        let workspace = try Workspace()
        try workspace.write("a.csv", "\u{FEFF}path,id,Photo Title\r\nx.jpg,1,Bridge\r\n")
        try workspace.write(
            "b.jsonl", "{\"file\": \"y.jpg\", \"year\": 1987}\n{\"file\": \"z.jpg\", \"place\": \"Wien\"}\n")
        func problems(_ prompt: String, inputs: String = "{list: a.csv}, {list: b.jsonl, path_column: file}") throws
            -> [String]
        {
            let path = try workspace.write(
                "job.yaml", "inputs: [\(inputs)]\ntasks: [{task: ask, prompt: '\(prompt)'}]")
            do {
                _ = try Job.read(path)
                return []
            } catch {
                return error.diagnostics.map(\.message)
            }
        }
        #expect(try problems("{Photo Title} {year} {place}") == [])
        #expect(
            try problems("{plaec} {path}")
                == [
                    "prompt asks for {plaec}, which is no column of the lists. Did you mean 'place'? "
                        + "Columns: Photo Title, place, year.",
                    "prompt asks for {path}, which is no column of the lists. "
                        + "Columns: Photo Title, place, year.",
                ])
        #expect(
            try problems("{year}", inputs: "images") == [
                "prompt asks for {year}, but no input is a CSV or JSONL list with such a column; "
                    + "write {{ and }} for braces."
            ])
        // What cannot be known yet is not refused.
        #expect(try problems("{year}", inputs: "{list: later.csv}") == [])
    }
}
