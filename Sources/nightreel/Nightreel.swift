import ArgumentParser
import Pipeline

@main
struct Nightreel: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "nightreel",
        abstract: "Captions, transcripts and analyses of media archives, overnight, on a CPU.",
        discussion: """
            Exit status: 0 everything is done; 1 some units failed, the rest is done; 64 wrong usage; 65 the manifest or \
            a named file is bad; 69 the model is not usable; 75 stopped early, start again to go on.
            """,
        version: nightreelVersion,
        subcommands: [
            RunCommand.self, StatusCommand.self, ExportCommand.self, GenerateCommand.self, ConvertCommand.self,
            ParityCommand.self,
        ])
}
