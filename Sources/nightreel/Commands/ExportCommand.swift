import Archive
import ArgumentParser
import Pipeline
import SystemPackage

struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write results in a form that other tools read.",
        discussion: """
            jsonl and txt go to standard output or into one file; srt and vtt are one file for each media and task, in a \
            directory.
            """)

    @Argument(help: ArgumentHelp("The database.", valueName: "db"))
    var database: String

    @Option(help: "The form of the export.")
    var format: ExportFormat

    @Option(help: ArgumentHelp("File (jsonl, txt) or directory (srt, vtt) to write.", valueName: "path"))
    var output: String?

    @OptionGroup var global: GlobalOptions

    func run() throws {
        try reportingErrors {
            BrokenPipe.endsProcess()
            let archive = try Archive(FilePath(database), create: false)
            let written = try Exporter(archive: archive, format: format).export(to: output.map { FilePath($0) })
            guard let output else { return }
            let noun = written.count == 1 ? "file" : "files"
            Terminal.printError("\(written.count) \(noun) written: \(printable(output))")
        }
    }
}

extension ExportFormat: ExpressibleByArgument {}
