import ArgumentParser
import Engine
import SystemPackage

/// How the model is loaded.
struct ModelOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Threads of the engine; all processors by default.", valueName: "n"))
    var threads: Int?

    @Option(help: "Arithmetic: int8 or float32; as the checkpoint is, by default.")
    var precision: Precision?

    func validate() throws {
        if let threads, !(1...1024).contains(threads) {
            throw ValidationError("--threads is \(threads); it must be from 1 to 1024.")
        }
    }

    func load(_ directory: FilePath) throws -> OmniModel {
        try OmniModel(directory: directory, precision: precision, threads: threads)
    }
}

extension Precision: ExpressibleByArgument {}
