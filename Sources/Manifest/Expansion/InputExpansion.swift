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
        return collector.finish()
    }
}

private struct InputCollector {
    /// Bad lines of one list that are told one by one.
    static let mostProblemsOfAList = 20

    let job: Job
    let paths: ManifestPaths
    private var found = FoundFiles()
    /// Lists by their number, with the lines that were bad.
    private var lists: [(path: FilePath, bad: Int)] = []
    private var problems: [Diagnostic] = []

    init(_ job: Job) {
        self.job = job
        paths = ManifestPaths(job.manifest)
    }

    /// Everything found, sorted and told.
    mutating func finish() -> InputExpansion {
        let (files, ignored, conflicts) = found.unique()
        for conflict in conflicts {
            let place = "\(lists[conflict.firstList].path):\(conflict.firstLine)"
            reportBadLine(
                conflict.list, conflict.line, "\(conflict.path) has other values at \(place); those are kept.")
        }
        for list in lists where list.bad > Self.mostProblemsOfAList {
            let more = list.bad - Self.mostProblemsOfAList
            problems.append(
                Diagnostic(
                    file: list.path.string, line: 0, column: 0, message: "\(more) more lines have such mistakes."))
        }
        return InputExpansion(files: files, ignored: ignored, problems: problems)
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
            case .file: found.add(InputFile(path: path), .path)
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
            let isMedia = mediaType(ofExtension: path.extension ?? "") != nil
            found.add(InputFile(path: path), isMedia ? .path : .ignored)
            if isMedia { count += 1 }
        }
        for (path, error) in search.unreadable {
            problems.append(report("\(path): \(error)."))
        }
        return count
    }

    private mutating func takeList(_ list: ListFile, _ report: (String) -> Diagnostic) {
        let base = ManifestPaths(list.path)
        let number = lists.count
        lists.append((list.path, 0))
        var isEmpty = true
        do throws(Errno) {
            try list.forEachEntry { event in
                isEmpty = false
                switch event {
                case .entry(let entry):
                    let file = InputFile(path: base.resolve(entry.path), id: entry.id, variables: entry.variables)
                    found.add(file, .list(number, line: entry.line))
                case .problem(let line, let message):
                    reportBadLine(number, line, message)
                }
            }
            if isEmpty { problems.append(report("\(list.path) lists nothing.")) }
        } catch {
            problems.append(report("\(list.path): \(error)."))
        }
    }

    private mutating func reportBadLine(_ list: Int, _ line: Int, _ message: String) {
        lists[list].bad += 1
        guard lists[list].bad <= Self.mostProblemsOfAList else { return }
        problems.append(Diagnostic(file: lists[list].path.string, line: line, column: 1, message: message))
    }
}
