import Foundation
import SystemPackage

/// What a path names, symbolic links followed.
enum FileKind: Equatable {
    case regular, directory, other

    /// nil: nothing there.
    init?(of path: FilePath) {
        var status = stat()
        guard path.withPlatformString({ stat($0, &status) }) == 0 else { return nil }
        switch status.st_mode & S_IFMT {
        case S_IFREG: self = .regular
        case S_IFDIR: self = .directory
        default: self = .other
        }
    }
}
