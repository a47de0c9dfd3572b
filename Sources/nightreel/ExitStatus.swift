import Archive
import ArgumentParser
import Checkpoint
import Engine
import Foundation
import Manifest
import Parity
import Pipeline
import Tokenizer

/// The statuses of docs/nightly.md; wrong usage (64) comes from the argument parser.
enum ExitStatus {
    static let someFailed = ExitCode(1)
    static let usage = ExitCode(64)
    static let badInput = ExitCode(65)
    static let unavailable = ExitCode(69)
    static let stoppedEarly = ExitCode(75)

    static func of(_ error: any Error) -> ExitCode {
        switch error {
        case is ManifestError, is PromptFileError, is ParityError: badInput
        case ArchiveError.inUse: stoppedEarly
        case ArchiveError.sqlite: unavailable
        case is ArchiveError: badInput
        case ExportError.needsDirectory: usage
        case is ExportError: badInput
        case is CheckpointError, is EngineError, is TokenizerError: unavailable
        default: unavailable
        }
    }
}

/// A mistake in how a command was called that only its own logic can see.
struct InputError: Error, CustomStringConvertible {
    var description: String
    var status = ExitStatus.badInput
}

/// Runs `body`; an error becomes one line on standard error and its exit status.
func reportingErrors(_ body: () throws -> Void) throws {
    do {
        try body()
    } catch let code as ExitCode {
        throw code
    } catch let error as InputError {
        Terminal.printError(error.description)
        throw error.status
    } catch {
        Terminal.printError(String(describing: error))
        throw ExitStatus.of(error)
    }
}

/// What a reader that goes away (`| head`) does to a command.
enum BrokenPipe {
    /// Ends it quietly, whatever the parent process had set.
    static func endsProcess() { signal(SIGPIPE, SIG_DFL) }
    /// Nothing: a run goes on without its audience.
    static func isIgnored() { signal(SIGPIPE, SIG_IGN) }
}
