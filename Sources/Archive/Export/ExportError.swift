import SystemPackage

/// Why an export could not be written, one line.
public enum ExportError: Error, Equatable, Sendable, CustomStringConvertible {
    case needsDirectory(ExportFormat)
    case notADirectory(path: String)
    case cannotWrite(path: String, reason: String)

    public var description: String {
        switch self {
        case .needsDirectory(let format):
            "\(format.rawValue) is one file for each media and task: name a directory for them (--output DIR)."
        case .notADirectory(let path):
            "\(path) is a file; name a directory for the subtitles (--output DIR)."
        case .cannotWrite(let path, let reason):
            "\(path): cannot be written (\(reason))."
        }
    }

    init(_ error: Errno, path: FilePath) {
        self = .cannotWrite(path: path.string, reason: error.description)
    }
}
