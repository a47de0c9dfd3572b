import SystemPackage

/// A file that lists media: one path a line, CSV with a header, or one JSON object a line.
struct ListFile {
    struct Entry {
        /// As listed; relative ones are taken from the list's directory.
        var path: FilePath
        var id: String?
        var variables: [String: String]
        var line: Int
    }

    enum Event {
        case entry(Entry)
        case problem(line: Int, String)
    }

    var path: FilePath
    var format: ListFormat
    var pathColumn: String
    /// nil: `id`, if there is such a column.
    var idColumn: String?

    /// Calls back for every entry and every bad line, in order. Throws if the file cannot be read.
    func forEachEntry(_ take: (Event) -> Void) throws(Errno) {
        let bytes = try FileBytes.read(path)
        switch format {
        case .lines: readLines(bytes, take)
        case .csv: readCSV(bytes, take)
        case .jsonl: readJSONLines(bytes, take)
        }
    }

    /// The columns that prompts may use; nil: not known (unreadable, or JSONL too long to have seen every object).
    func variableNames() -> Set<String>? {
        let special: Set<String> = [pathColumn, idColumn ?? "id"]
        switch format {
        case .lines: return []
        case .csv:
            guard let bytes = try? FileBytes.read(path, atMost: 1 << 20) else { return nil }
            var reader = CSVReader(bytes)
            return Set(reader.next()?.fields.map { String(decoding: $0, as: UTF8.self) } ?? []).subtracting(special)
        case .jsonl:
            let limit = 4 << 20
            guard let bytes = try? FileBytes.read(path, atMost: limit), bytes.count < limit else { return nil }
            var names: Set<String> = []
            for (_, line) in bytes.lines { names.formUnion(((try? JSONObject(line))?.values ?? [:]).keys) }
            return names.subtracting(special)
        }
    }

    /// Lines that begin with # and blank ones are passed over. Other spaces belong to the name.
    private func readLines(_ bytes: [UInt8], _ take: (Event) -> Void) {
        for (number, line) in bytes.lines where line.first != UInt8(ascii: "#") && !line.allSatisfy(\.isWhitespace) {
            if line.contains(0) {
                take(.problem(line: number, "holds a NUL character; it is left out."))
            } else {
                take(.entry(Entry(path: FilePath(bytes: line), id: nil, variables: [:], line: number)))
            }
        }
    }

    private func readCSV(_ bytes: [UInt8], _ take: (Event) -> Void) {
        var reader = CSVReader(bytes)
        guard let first = reader.next() else {
            return take(.problem(line: 1, "is empty; a CSV list begins with a line of column names."))
        }
        let header = first.fields.map { String(decoding: $0, as: UTF8.self) }
        if let twice = Dictionary(grouping: header, by: \.self).filter({ $1.count > 1 }).keys.min() {
            return take(.problem(line: 1, "the column '\(twice)' stands twice."))
        }
        for (column, key) in [(pathColumn, "path_column"), (idColumn ?? header[0], "id_column")]
        where !header.contains(column) {
            let known = header.map(\.clipped).joined(separator: ", ")
            return take(.problem(line: 1, "there is no column '\(column)'; choose one with \(key). Columns: \(known)."))
        }
        for record in reader where !record.isBlank {
            if let mistake = record.mistake {
                take(.problem(line: record.line, "\(mistake); this entry is left out."))
            } else if record.fields.count != header.count {
                take(
                    .problem(
                        line: record.line,
                        "has \(record.fields.count) fields instead of \(header.count); it is left out."))
            } else {
                entry(header: header, record, take)
            }
        }
    }

    private func entry(
        header: [String], _ record: CSVReader.Record, _ take: (Event) -> Void
    ) {
        var entry = Entry(path: FilePath(), id: nil, variables: [:], line: record.line)
        for (name, bytes) in zip(header, record.fields) {
            if name == pathColumn {
                guard !bytes.isEmpty, !bytes.contains(0) else {
                    return take(.problem(line: record.line, "has no usable path; it is left out."))
                }
                entry.path = FilePath(bytes: bytes[...])
            }
            guard name != pathColumn || name == idColumn else { continue }
            guard let text = String(validating: bytes, as: UTF8.self) else {
                return take(
                    .problem(line: record.line, "the column '\(name)' is not UTF-8 text; this entry is left out."))
            }
            if name == idColumn ?? "id" { entry.id = text.isEmpty ? nil : text } else { entry.variables[name] = text }
        }
        take(.entry(entry))
    }

    private func readJSONLines(_ bytes: [UInt8], _ take: (Event) -> Void) {
        for (number, line) in bytes.lines where !line.allSatisfy(\.isWhitespace) {
            do {
                var values = try JSONObject(line).values
                guard let path = values[pathColumn], !path.isEmpty, !path.utf8.contains(0) else {
                    take(.problem(line: number, "has no text '\(pathColumn)'; it is left out."))
                    continue
                }
                let id = values[idColumn ?? "id"]
                values[pathColumn] = nil
                values[idColumn ?? "id"] = nil
                take(.entry(Entry(path: FilePath(path), id: id, variables: values, line: number)))
            } catch {
                take(.problem(line: number, "is no JSON object; it is left out."))
            }
        }
    }
}

extension [UInt8] {
    /// Lines with their numbers from 1, without byte order mark and line ends (LF or CRLF).
    fileprivate var lines: some Sequence<(number: Int, bytes: ArraySlice<UInt8>)> {
        var rest = withoutByteOrderMark
        var number = 0
        return AnyIterator {
            guard !rest.isEmpty else { return nil }
            number += 1
            let end = rest.firstIndex(of: .lineFeed)
            let line = rest[..<(end ?? rest.endIndex)]
            rest = end.map { rest[($0 + 1)...] } ?? []
            return (number, line.last == .carriageReturn ? line.dropLast() : line)
        }
    }
}

extension FilePath {
    /// The bytes as they are, up to a NUL.
    fileprivate init(bytes: ArraySlice<UInt8>) {
        self = (bytes.map { CChar(bitPattern: $0) } + [0]).withUnsafeBufferPointer {
            $0.baseAddress.map { FilePath(platformString: $0) } ?? FilePath()
        }
    }
}
