import Archive
import ArgumentParser
import Pipeline
import SystemPackage

struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show how far a database's newest run is, what failed and why.")

    @Argument(help: ArgumentHelp("The database.", valueName: "db"))
    var database: String

    @OptionGroup var global: GlobalOptions

    func run() throws {
        try reportingErrors {
            BrokenPipe.endsProcess()
            let archive = try Archive(FilePath(database), create: false)
            guard let report = try archive.status() else {
                Terminal.printOutput("\(database): no run yet.")
                return
            }
            for line in report.lines { Terminal.printOutput(line) }
        }
    }
}
