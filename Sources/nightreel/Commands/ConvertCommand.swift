import ArgumentParser
import Checkpoint
import Pipeline
import SystemPackage

struct ConvertCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "convert",
        abstract: "Convert a Hugging Face checkpoint directory to INT8.",
        discussion: """
            Memory stays below 2 GiB plus the largest tensor. An interrupted conversion goes on when the same command \
            is given again, and never looks complete.
            """)

    @Argument(help: ArgumentHelp("The checkpoint's directory: bf16, f16 or f32.", valueName: "src"))
    var source: String

    @Argument(help: ArgumentHelp("The INT8 directory to write.", valueName: "dst"))
    var destination: String

    @OptionGroup var global: GlobalOptions

    func run() throws {
        try reportingErrors {
            BrokenPipe.isIgnored()
            let stop = StopSignal()
            let handler = TerminationHandler(stop)
            defer { withExtendedLifetime(handler) {} }
            var line = ProgressLine(isEnabled: Terminal.isErrorTerminal)
            do {
                let (from, to) = (absolutePath(FilePath(source)), absolutePath(FilePath(destination)))
                try Converter(source: from, destination: to)
                    .run(progress: { line.show(conversionText($0)) }, isCancelled: { stop.isRequested })
                line.end()
            } catch {
                line.end()
                guard stop.isRequested else { throw error }
            }
            if stop.isRequested {
                Terminal.printError("Stopped. The same command goes on.")
                throw ExitStatus.stoppedEarly
            }
            Terminal.printError("Done: \(printable(destination))")
        }
    }
}

/// "412/1,204 tensors, 1.2 of 4.0 GB".
private func conversionText(_ progress: ConversionProgress) -> String {
    func gigabytes(_ bytes: Int) -> String { "\((Double(bytes) / 1e8).rounded() / 10)" }
    let bytes = "\(gigabytes(progress.bytesDone)) of \(gigabytes(progress.bytesTotal)) GB"
    return "\(progress.tensorsDone)/\(progress.tensorsTotal) tensors, \(bytes)"
}
