import Foundation
import Testing

/// Snapshots lie in Tests/CommandTests/Snapshots; `UPDATE_SNAPSHOTS=1 swift test --filter HelpTests` writes them anew.
@Suite struct HelpTests {
    @Test("help reads as it was agreed", arguments: ["", "run", "status", "export", "generate", "convert", "parity"])
    func help(command: String) throws {
        let outcome = command.isEmpty ? try Command.run("--help") : try Command.run(command, "--help")
        #expect(outcome.status == 0)
        #expect(outcome.errors.isEmpty)
        let name = command.isEmpty ? "nightreel.txt" : "\(command).txt"
        let file = Repository.root.appending("Tests/CommandTests/Snapshots").appending(name).string
        if ProcessInfo.processInfo.environment["UPDATE_SNAPSHOTS"] != nil {
            try Data(outcome.output.utf8).write(to: URL(fileURLWithPath: file))
        }
        #expect(outcome.output == (try String(contentsOfFile: file, encoding: .utf8)))
    }

    @Test("every command has a snapshot test")
    func complete() throws {
        let help = try Command.run("--help").output
        let commands = try #require(help.components(separatedBy: "SUBCOMMANDS:\n").last).split(separator: "\n")
            .prefix { !$0.contains("See 'nightreel") }
            .filter { $0.hasPrefix("  ") && !$0.hasPrefix("   ") }
            .compactMap { $0.split(separator: " ").first }
        #expect(Set(commands) == ["run", "status", "export", "generate", "convert", "parity"])
    }

    @Test("the version is one line on standard output")
    func version() throws {
        let outcome = try Command.run("--version")
        #expect(outcome.status == 0)
        #expect(outcome.output.split(separator: ".").count == 3)
    }
}
