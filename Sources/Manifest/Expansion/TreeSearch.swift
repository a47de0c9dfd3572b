import Glibc
import SystemPackage

/// Finds the files that a pattern names, in one pass over the tree.
///
/// Every directory carries the set of pattern components that its entries may match next, so that no directory is read
/// twice however many `**` there are. Symbolic links to directories are followed after everything else: what can be
/// reached without them keeps its own path, and loops end because a directory is known by device and inode.
struct TreeSearch {
    private(set) var files: [FilePath] = []
    /// Directories that match as a whole; a glob does not enter them.
    private(set) var directories: [FilePath] = []
    private(set) var unreadable: [(path: FilePath, error: Errno)] = []

    private struct Place {
        var path: FilePath
        var states: [Int]
    }

    private struct Visit: Hashable {
        var device: UInt64
        var inode: UInt64
        var states: [Int]
    }

    private let components: [GlobPattern.Component]
    private var waiting: [Place] = []
    private var waitingLinks: [Place] = []
    private var visited: Set<Visit> = []

    /// `pattern.root` must be absolute.
    init(_ pattern: GlobPattern) {
        components = pattern.components
        waiting = [Place(path: pattern.root, states: closure([0]))]
        while true {
            if let place = waiting.popLast() {
                enter(place)
            } else if !waitingLinks.isEmpty {
                waiting = waitingLinks.reversed()
                waitingLinks = []
            } else {
                break
            }
        }
    }

    private mutating func enter(_ place: Place) {
        do throws(Errno) {
            let status = try FileStatus(place.path)
            let visit = Visit(device: status.device, inode: status.inode, states: place.states)
            guard visited.insert(visit).inserted else { return }
            for entry in try Directory.entries(of: place.path) { take(entry, in: place) }
        } catch {
            unreadable.append((place.path, error))
        }
    }

    private mutating func take(_ entry: Directory.Entry, in place: Place) {
        var isWhole = false
        var next: [Int] = []
        for state in place.states {
            switch components[state] {
            case .anyDepth:
                if entry.bytes.first != UInt8(ascii: ".") { next.append(state) }
            case .name(let pattern):
                guard pattern.matches(entry.bytes) else { continue }
                if state == components.count - 1 { isWhole = true } else { next.append(state + 1) }
            }
        }
        guard isWhole || !next.isEmpty else { return }
        let path = place.path.appending(entry.name)
        switch kind(of: entry, at: path) {
        case .file: if isWhole { files.append(path) }
        case .other: break
        case .directory:
            if isWhole { directories.append(path) }
            guard !next.isEmpty else { return }
            let place = Place(path: path, states: closure(next))
            if entry.type == UInt8(DT_LNK) { waitingLinks.append(place) } else { waiting.append(place) }
        }
    }

    /// A link that leads nowhere counts as a file, so that the run says what is wrong with it.
    private func kind(of entry: Directory.Entry, at path: FilePath) -> FileStatus.Kind {
        switch Int(entry.type) {
        case Int(DT_REG): .file
        case Int(DT_DIR): .directory
        case Int(DT_LNK), Int(DT_UNKNOWN): (try? FileStatus(path))?.kind ?? .file
        default: .other
        }
    }

    /// `**` also stands for no directory at all.
    private func closure(_ states: [Int]) -> [Int] {
        var all = Set(states)
        for state in states where components[state] == .anyDepth { all.insert(state + 1) }
        return all.sorted()
    }
}
