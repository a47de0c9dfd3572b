import ArgumentParser
import Logging

/// Options of every command.
struct GlobalOptions: ParsableArguments {
    @Option(help: "What is logged to standard error; debug has FFmpeg's own messages.")
    var logLevel = LogLevel.error

    enum LogLevel: String, CaseIterable, ExpressibleByArgument {
        case debug, info, warning, error

        fileprivate var level: Logger.Level {
            switch self {
            case .debug: .debug
            case .info: .info
            case .warning: .warning
            case .error: .error
            }
        }
    }

    /// The process's logger. Called once.
    func makeLogger() -> Logger {
        LoggingSystem.bootstrap(StreamLogHandler.standardError)
        var logger = Logger(label: "nightreel")
        logger.logLevel = logLevel.level
        return logger
    }
}
