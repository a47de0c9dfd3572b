import ArgumentParser
import Parity
import Pipeline
import SystemPackage

struct ParityCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "parity",
        abstract: "Compare this engine with golden cases of the reference implementation.",
        discussion: """
            One line a case: everything that was compared, = or the error found, ! before what is out of bounds. Exit \
            status 1 if anything is. docs/models.md explains the columns.
            """)

    @Argument(help: ArgumentHelp("A directory with model, media and goldens.", valueName: "kit"))
    var kit: String

    @Option(help: ArgumentHelp("Threads of the engine; all processors by default.", valueName: "n"))
    var threads: Int?

    @OptionGroup var global: GlobalOptions

    func validate() throws {
        if let threads, !(1...1024).contains(threads) {
            throw ValidationError("--threads is \(threads); it must be from 1 to 1024.")
        }
    }

    func run() throws {
        try reportingErrors {
            BrokenPipe.endsProcess()
            let run = try ParityRun(kit: absolutePath(FilePath(kit)), threads: threads)
            var cases = 0
            var failed = 0
            _ = try run.run { report in
                print(report.line)
                cases += 1
                failed += report.passed ? 0 : 1
            }
            if !run.skipped.isEmpty {
                print("skipped (speech output, not part of this engine): \(run.skipped.joined(separator: ", "))")
            }
            print(failed == 0 ? "PASSED: \(cases) of \(cases)" : "FAILED: \(failed) of \(cases)")
            if failed > 0 { throw ExitStatus.someFailed }
        }
    }
}
