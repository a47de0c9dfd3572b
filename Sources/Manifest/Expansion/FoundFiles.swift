import Glibc
import SystemPackage

/// Everything that inputs found, put in path-byte order and made unique at the end.
///
/// The paths' bytes lie in one buffer: sorting a million of them takes about a second, ten times less than comparing or
/// hashing as many `FilePath`s.
struct FoundFiles {
    enum Origin: Equatable {
        /// From a directory or glob, without a media extension.
        case ignored
        /// From a directory or glob, or named as a file.
        case path
        /// From the list of this number, at this line.
        case list(Int, line: Int)
    }

    /// Two list entries of one path with different values.
    struct Conflict {
        var path: FilePath
        var list: Int
        var line: Int
        var firstList: Int
        var firstLine: Int
    }

    private var files: [InputFile] = []
    private var origins: [Origin] = []
    private var bytes: [UInt8] = []
    /// Where each path ends in `bytes`.
    private var ends: [Int] = [0]

    mutating func add(_ file: InputFile, _ origin: Origin) {
        files.append(file)
        origins.append(origin)
        file.path.withPlatformString { path in
            bytes += UnsafeRawBufferPointer(start: path, count: strlen(path))
        }
        ends.append(bytes.count)
    }

    /// Each path once. A list's entry knows more than a directory's; of two entries that differ the first is kept.
    func unique() -> (files: [InputFile], ignored: Int, conflicts: [Conflict]) {
        var result: [InputFile] = []
        var ignored = 0
        var conflicts: [Conflict] = []
        for group in groups() {
            let taken = group.filter { origins[$0] != .ignored }
            guard let first = taken.first else {
                ignored += 1
                continue
            }
            let listed = taken.filter { origins[$0] != .path }
            let kept = listed.first ?? first
            result.append(files[kept])
            guard case .list(let firstList, let firstLine) = origins[kept] else { continue }
            for other in listed.dropFirst() where files[other] != files[kept] {
                guard case .list(let list, let line) = origins[other] else { continue }
                conflicts.append(
                    Conflict(
                        path: files[kept].path, list: list, line: line, firstList: firstList, firstLine: firstLine))
            }
        }
        return (result, ignored, conflicts.sorted { ($0.list, $0.line) < ($1.list, $1.line) })
    }

    /// Runs of entries with equal paths, in byte order of the paths (as `LC_ALL=C sort` has it); within a run in the
    /// order in which they were added.
    private func groups() -> [ArraySlice<Int>] {
        bytes.withUnsafeBytes { bytes in
            ends.withUnsafeBufferPointer { ends in
                func compare(_ a: Int, _ b: Int) -> Int {
                    let (first, second) = (bytes[ends[a]..<ends[a + 1]], bytes[ends[b]..<ends[b + 1]])
                    let common = min(first.count, second.count)
                    guard common > 0, let x = UnsafeRawBufferPointer(rebasing: first).baseAddress,
                        let y = UnsafeRawBufferPointer(rebasing: second).baseAddress
                    else { return first.count - second.count }
                    let order = Int(memcmp(x, y, common))
                    return order != 0 ? order : first.count - second.count
                }
                let order = files.indices.sorted {
                    let order = compare($0, $1)
                    return order != 0 ? order < 0 : $0 < $1
                }
                var groups: [ArraySlice<Int>] = []
                var start = 0
                for end in order.indices.dropFirst() where compare(order[end - 1], order[end]) != 0 {
                    groups.append(order[start..<end])
                    start = end
                }
                if !order.isEmpty { groups.append(order[start...]) }
                return groups
            }
        }
    }
}
