import Foundation
import SystemPackage
import Testing
import Yams

@testable import Manifest

@Suite("The schema and the parser agree")
struct SchemaAgreementTests {
    let schema: JSONSchema

    init() throws {
        let path = repository.appending("Schemas/job.schema.json").string
        schema = JSONSchema(root: try JSONValue(json: try Data(contentsOf: URL(fileURLWithPath: path))))
    }

    @Test("what is good is good for both, as YAML and as JSON", arguments: ManifestTable.good)
    func good(manifest: String) throws {
        let value = JSONValue(try #require(try Yams.compose(yaml: manifest, .basic)))
        #expect(try mistakes(manifest) == [])
        #expect(try schema.accepts(value))
        #expect(try mistakes(value.json, as: "job.json") == [])
    }

    @Test("what is bad is bad for both, as YAML and as JSON", arguments: ManifestTable.bad)
    func bad(manifest: String) throws {
        let value = JSONValue(try #require(try Yams.compose(yaml: manifest, .basic)))
        #expect(try mistakes(manifest).count >= 1)
        #expect(try !schema.accepts(value))
        #expect(try mistakes(value.json, as: "job.json").count >= 1)
    }

    @Test("what only the parser can know passes the schema", arguments: ManifestTable.badForTheParserOnly)
    func parserOnly(manifest: String) throws {
        let value = JSONValue(try #require(try Yams.compose(yaml: manifest, .basic)))
        #expect(try mistakes(manifest).count >= 1)
        #expect(try schema.accepts(value))
    }

    @Test("every limit has the same bounds in both", arguments: LimitKey.allCases)
    func limitBounds(key: LimitKey) throws {
        #expect(try range(of: key.rawValue, in: "limits") == key.range.facts)
    }

    @Test("every sampling value has the same bounds in both", arguments: SamplingKey.allCases)
    func samplingBounds(key: SamplingKey) throws {
        let mapping = try #require(schema.root.object?["$defs"]?.object?["sampling"]?.object?["anyOf"]?.array?[1])
        let property = try #require(mapping.object?["properties"]?.object?[key.rawValue])
        #expect(facts(of: property) == key.range.facts)
    }

    @Test("both know the same keys")
    func keys() throws {
        let definitions = try #require(schema.root.object?["$defs"]?.object)
        func properties(_ value: JSONValue?) -> Set<String> { Set((value?.object?["properties"]?.object ?? [:]).keys) }
        #expect(properties(schema.root) == Set(JobReader.keys))
        #expect(properties(definitions["limits"]) == Set(LimitKey.allCases.map(\.rawValue)))
        let tasks = TaskKind.allCases.map { properties(definitions[$0.rawValue]) }
        #expect(tasks.reduce([]) { $0.union($1) } == Set(TaskReader.keys))
        let inputs = (definitions["input"]?.object?["anyOf"]?.array ?? []).map(properties)
        #expect(inputs.reduce([]) { $0.union($1) } == Set(InputReader.keys))
    }

    @Test("a keyword that the interpreter does not know is an error, not a pass")
    func unknownKeyword() {
        #expect(throws: JSONSchema.UnknownKeyword.self) {
            try JSONSchema(root: .object(["format": .text("uri")])).accepts(.text("x"))
        }
    }

    private func range(of key: String, in definition: String) throws -> [String: Double] {
        let definitions = try #require(schema.root.object?["$defs"]?.object)
        let property = try #require(definitions[definition]?.object?["properties"]?.object?[key])
        return facts(of: property.object?["$ref"] == nil ? property : definitions[key] ?? .null)
    }

    private func facts(of property: JSONValue) -> [String: Double] {
        var facts = property.object?.compactMapValues(\.number) ?? [:]
        if property.object?["type"] == .text("integer") { facts["integer"] = 1 }
        return facts
    }
}

extension NumberRange {
    /// As the schema's keywords.
    fileprivate var facts: [String: Double] {
        var facts = [excludesLower ? "exclusiveMinimum" : "minimum": lower, "maximum": upper]
        if grain != .any { facts["integer"] = 1 }
        if grain == .even { facts["multipleOf"] = 2 }
        return facts
    }
}
