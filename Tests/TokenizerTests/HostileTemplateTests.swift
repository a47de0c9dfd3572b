import Testing

@testable import Tokenizer

/// Templates that would hang, exhaust memory or overflow the stack of a careless interpreter.
@Suite("Hostile templates")
struct HostileTemplateTests {
    @Test("what would run or grow without end stops with an error")
    func endlessTemplates() { expectErrors(Self.endless) }

    @Test("what is nested too deeply is refused before the stack ends")
    func deepTemplates() { expectErrors(Self.deep) }

    @Test("broken syntax and impossible values are errors")
    func brokenTemplates() { expectErrors(Self.broken) }

    @Test("a long chain of macros and their scopes is freed without recursion")
    func chainOfScopes() throws {
        let template = """
            {% set ns = namespace(f=none) %}{% for i in range(50000) %}{% set previous = ns.f %}\
            {% macro f() %}{{ i }}{% endmacro %}{% set ns.f = f %}{% endfor %}{{ ns.f() }}
            """
        #expect(try Interpreter.render(try Parser.parse(template), [:]) == "49999")
    }

    private func expectErrors(_ templates: [String]) {
        for template in templates {
            #expect(throws: TemplateError.self, "\(template.prefix(90))") {
                try Interpreter.render(try Parser.parse(template), [:])
            }
        }
    }

    static let endless: [String] = [
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
        "{{ range(1000000000) }}", "{{ range(0, 1, 0) }}", "{{ 'a' * 1000000000000 }}",
        "{{ 'ab' * 9223372036854775807 }}",
        "{% set ns = namespace(x='a') %}{% for i in range(99) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}",
        "{% set ns = namespace(x='aa') %}{% for i in range(99) %}{% set ns.x = ns.x.replace('a', ns.x) %}{% endfor %}",
        "{% set ns = namespace(x=[1]) %}{% for i in range(60) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x }}",
        "{% set ns = namespace(x=[1]) %}{% for i in range(60) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}"
            + "{{ ns.x | tojson | length }}",
        "{% set ns = namespace(x=[1]) %}{% for i in range(60) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
        "{{ 'x' | tojson(indent=1000000000000) }}{{ 1 / 0 }}", "{{ 2 ** 9223372036854775807 }}",
    ]

    static let deep: [String] = [
        "{{ " + String(repeating: "(", count: 100_000) + " }}",
        "{{ " + String(repeating: "not ", count: 100_000) + "1 }}",
        "{{ " + String(repeating: "-", count: 100_000) + "1 }}",
        "{{ 1" + String(repeating: "+1", count: 100_000) + " }}",
        "{{ a" + String(repeating: ".a", count: 100_000) + " }}",
        "{{ a" + String(repeating: "|d", count: 100_000) + " }}",
        "{{ 1" + String(repeating: " if 1 else 1", count: 100_000) + " }}",
        "{{ 'a'" + String(repeating: " ~ ('a'", count: 5_000) + " }}",
        String(repeating: "{% if 1 %}", count: 100_000), "{% set " + String(repeating: "(", count: 100_000) + " %}",
        "{% set ns = namespace(x=1) %}{% for i in range(90000) %}{% set ns.x = [ns.x] %}{% endfor %}",
        "{% set ns = namespace() %}{% set ns.x = ns %}", "{% set ns = namespace() %}{% set ns.x = [ns] %}",
    ]

    static let broken: [String] = [
        "{{", "{%", "{#", "{{ '", "{{ '\\", "{{ '\\u12", "{{ '\\ud800' }}", "{% for %}", "{% set %}", "{% set x %}",
        "{{ }}",
        "{{ a[ }}", "{{ a[1:2:3:4] }}", "{{ a[:", "{{ ] }}", "{% endfor %}", "{{ a b }}", "{{ 1[::0] }}",
        "{{ 'ab'[::0] }}",
        "{{ -9223372036854775807 - 2 }}", "{{ (-9223372036854775807 - 1) // -1 }}", "{{ ? }}", "{{ 1 if }}",
        "{{ f(a=1, 2) }}",
        "{% macro %}", "{% macro m(1) %}{% endmacro %}", "{{ {1} }}", "{{ {1:} }}", "{{ {1 2} }}",
    ]
}
