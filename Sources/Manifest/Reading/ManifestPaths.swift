import Glibc
import SystemPackage

/// Turns the paths of a manifest (or of a list file) into absolute ones: relative ones are taken from its directory.
struct ManifestPaths {
    let manifest: FilePath
    /// Absolute.
    let directory: FilePath

    init(_ manifest: FilePath) {
        self.manifest = manifest
        directory = manifest.absolute.removingLastComponent().resolvingDots
    }

    func resolve(_ text: String) -> FilePath {
        resolve(FilePath(text))
    }

    func resolve(_ path: FilePath) -> FilePath {
        directory.pushing(path).resolvingDots
    }

    /// `nightly.yaml` keeps its results in `nightly.sqlite` beside it.
    var defaultDatabase: FilePath {
        var path = directory
        path.append(manifest.lastComponent ?? "job")
        path.extension = "sqlite"
        return path
    }
}

extension FilePath {
    /// Taken from the working directory if relative.
    var absolute: FilePath {
        guard isRelative, let buffer = getcwd(nil, 0) else { return self }
        defer { free(buffer) }
        return FilePath(platformString: buffer).pushing(self)
    }

    /// Without `.` and, wherever that does not change what is named, without `..`: after a symbolic link it stays,
    /// because the parent of the link's target is meant.
    var resolvingDots: FilePath {
        guard components.contains(where: { $0.kind != .regular }) else { return self }
        var result = FilePath(root: root, [])
        for component in components {
            switch component.kind {
            case .currentDirectory: continue
            case .parentDirectory
            where result.lastComponent.map { $0.kind == .regular } ?? false && !FileStatus.isSymbolicLink(result):
                result.removeLastComponent()
            default: result.append(component)
            }
        }
        return result
    }
}
