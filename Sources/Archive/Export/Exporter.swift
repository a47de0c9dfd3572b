import Foundation
import SystemPackage

/// Writes results in formats that other tools read. docs/exports.md shows each of them.
public struct Exporter {
    private let archive: Archive
    private let format: ExportFormat

    public init(archive: Archive, format: ExportFormat) {
        self.archive = archive
        self.format = format
    }

    /// JSONL and txt: into one file, or to standard output (nil); a directory that exists gets a file named after the
    /// database. srt and vtt: one file a media and task in a directory, which is created.
    ///
    /// A file is complete or not there: it gets its name when its last byte is written.
    /// - Returns: the files written.
    /// - Throws: `ExportError`, `ArchiveError`.
    public func export(to output: FilePath?) throws -> [FilePath] {
        switch format {
        case .jsonl: try exportFile(output) { file in try archive.forEachRow { try writeJSONLine($0, to: file) } }
        case .txt: try exportFile(output) { file in try writePlainText(archive, to: file) }
        case .srt: try exportSubtitles(SubRip(), to: output)
        case .vtt: try exportSubtitles(WebVTT(), to: output)
        }
    }

    private func exportFile(_ output: FilePath?, _ write: (OutputFile) throws -> Void) throws -> [FilePath] {
        guard var path = output else {
            let file = OutputFile.standardOutput()
            try write(file)
            try file.close()
            return []
        }
        if FileKind(of: path) == .directory {
            path.append("\(archive.path.stem ?? "export").\(format.rawValue)")
        } else {
            try createDirectory(path.removingLastComponent())
        }
        let file = try OutputFile(at: path)
        try write(file)
        try file.close()
        return [path]
    }

    private func exportSubtitles(_ subtitles: some SubtitleFormat, to output: FilePath?) throws -> [FilePath] {
        guard let directory = output else { throw ExportError.needsDirectory(format) }
        if let kind = FileKind(of: directory), kind != .directory {
            throw ExportError.notADirectory(path: directory.string)
        }
        try createDirectory(directory)
        var names = FileNames()
        var written: [FilePath] = []
        try archive.forEachPath { path, rows in
            let cues = subtitleCues(rows)
            guard !cues.isEmpty else { return }
            let stem = names.claimStem(for: path)
            for (task, cues) in cues.sorted(by: { $0.key < $1.key }) {
                let name = directory.appending("\(stem).\(FileNames.safe(task)).\(format.rawValue)")
                let file = try OutputFile(at: name)
                try file.write(subtitles.text(of: cues))
                try file.close()
                written.append(name)
            }
        }
        return written
    }
}

private func createDirectory(_ path: FilePath) throws(ExportError) {
    guard !path.isEmpty, FileKind(of: path) != .directory else { return }
    try createDirectory(path.removingLastComponent())
    guard path.withPlatformString({ mkdir($0, 0o777) }) == 0 || errno == EEXIST else {
        throw ExportError(Errno(rawValue: errno), path: path)
    }
}
