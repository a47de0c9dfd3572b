import ArgumentParser

@main
struct Nightreel: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "nightreel", abstract: "Captions, transcripts and analyses of media archives, overnight, on a CPU.")
}
