import Glibc
import SystemPackage

/// Files of the inputs in path-byte order, each once; files of directories and globs only with a media extension.
public struct InputExpansion: Sendable {
    public var files: [InputFile]
    /// Files of directories and globs left out because their extension is no media's.
    public var ignored: Int
    /// Inputs that match nothing, unreadable directories, bad list lines: the run goes on, the user is told.
    public var problems: [Diagnostic]

    /// Looks at the file system as it is now. What a list names is taken unseen, so that a missing file gets its row.
    public static func expand(_ job: Job) -> InputExpansion {
        var collector = InputCollector(job)
        for index in job.inputs.indices { collector.take(index) }
        return collector.result
    }
}

private struct InputCollector {
    /// Bad lines of one list that are told one by one.
    static let mostProblemsOfAList = 20

    let job: Job
    let paths: ManifestPaths
    private var files: [FilePath: InputFile] = [:]
    /// Where a list named the file.
    private var listed: [FilePath: String] = [:]
    private var ignored: Set<FilePath> = []
    private var problems: [Diagnostic] = []

    init(_ job: Job) {
        self.job = job
        paths = ManifestPaths(job.manifest)
    }

    var result: InputExpansion {
        InputExpansion(
            files: files.values.sorted { $0.path.precedes($1.path) },
            ignored: ignored.count(where: { files[$0] == nil }),
            problems: problems)
    }

    mutating func take(_ index: Int) {
        let position =
            job.inputPositions.indices.contains(index) ? job.inputPositions[index] : SourcePosition(line: 0, column: 0)
        let report = { [job] (message: String) in
            Diagnostic(file: job.manifest.string, line: position.line, column: position.column, message: message)
        }
        switch job.inputs[index] {
        case .path(let path, let recursive): takePath(path, recursive, report)
        case .glob(let pattern): takeGlob(pattern, report)
        case .list(let path, let format, let pathColumn, let idColumn):
            takeList(ListFile(path: path, format: format, pathColumn: pathColumn, idColumn: idColumn), report)
        }
    }

    private mutating func takePath(_ path: FilePath, _ recursive: Bool, _ report: (String) -> Diagnostic) {
        do throws(Errno) {
            switch try FileStatus(path).kind {
            case .file: add(path)
            case .directory:
                let search = TreeSearch(GlobPattern(everythingIn: path, recursive: recursive))
                if takeFiles(of: search, report) == 0, search.unreadable.isEmpty {
                    let below = !recursive && !search.directories.isEmpty ? " (its folders are not entered)" : ""
                    problems.append(report("\(path) holds no media\(below)."))
                }
            case .other: problems.append(report("\(path) is neither a file nor a directory."))
            }
        } catch {
            problems.append(report("\(path): \(error)."))
        }
    }

    private mutating func takeGlob(_ pattern: String, _ report: (String) -> Diagnostic) {
        var glob = GlobPattern(pattern)
        glob.root = paths.resolve(glob.root)
        let literal = paths.resolve(pattern)
        let search = TreeSearch(glob)
        guard takeFiles(of: search, report) == 0 else { return }
        if (try? FileStatus(literal)) != nil {
            problems.append(
                report("\(pattern) is read as a glob and matches no media; write {path: ...} for the file."))
        } else if !search.directories.isEmpty, search.files.isEmpty {
            problems.append(report("\(pattern) matches only directories; add /** for what is in them."))
        } else if search.unreadable.isEmpty {
            problems.append(report("\(pattern) matches no media."))
        }
    }

    /// How many of the files are media.
    private mutating func takeFiles(of search: TreeSearch, _ report: (String) -> Diagnostic) -> Int {
        var count = 0
        for path in search.files {
            if mediaType(ofExtension: path.extension ?? "") != nil {
                add(path)
                count += 1
            } else {
                ignored.insert(path)
            }
        }
        for (path, error) in search.unreadable {
            problems.append(report("\(path): \(error)."))
        }
        return count
    }

    private mutating func takeList(_ list: ListFile, _ report: (String) -> Diagnostic) {
        let base = ManifestPaths(list.path)
        var bad = 0
        var entries: [ListFile.Entry] = []
        var told: [Diagnostic] = []
        do throws(Errno) {
            try list.forEachEntry {
                entries.append($0)
            } problem: { line, message in
                bad += 1
                guard bad <= Self.mostProblemsOfAList else { return }
                told.append(Diagnostic(file: list.path.string, line: line, column: 1, message: message))
            }
        } catch {
            problems.append(report("\(list.path): \(error)."))
            return
        }
        if entries.isEmpty, bad == 0 { problems.append(report("\(list.path) lists nothing.")) }
        for entry in entries {
            let file = InputFile(path: base.resolve(entry.path), id: entry.id, variables: entry.variables)
            guard let message = add(file, place: "\(list.path):\(entry.line)") else { continue }
            bad += 1
            guard bad <= Self.mostProblemsOfAList else { continue }
            told.append(Diagnostic(file: list.path.string, line: entry.line, column: 1, message: message))
        }
        problems += told
        if bad > told.count {
            problems.append(report("\(list.path): \(bad - told.count) more of its lines have such mistakes."))
        }
    }

    private mutating func add(_ path: FilePath) {
        if files[path] == nil { files[path] = InputFile(path: path) }
    }

    /// A list's entry knows more than a directory's. Of two entries that differ the first is kept.
    private mutating func add(_ file: InputFile, place: String) -> String? {
        guard let first = listed[file.path], let kept = files[file.path] else {
            files[file.path] = file
            listed[file.path] = place
            return nil
        }
        return kept == file ? nil : "\(file.path) has other values at \(first); those are kept."
    }
}

extension FilePath {
    /// Order of bytes, as `LC_ALL=C sort` has it.
    fileprivate func precedes(_ other: FilePath) -> Bool {
        withPlatformString { mine in other.withPlatformString { strcmp(mine, $0) < 0 } }
    }
}
