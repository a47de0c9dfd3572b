import CKernels
import Foundation

/// The engine's worker threads. One region at a time; how many threads there are changes no result.
final class ThreadPool: @unchecked Sendable {
    let handle: OpaquePointer
    let threads: Int

    init(threads: Int) throws(EngineError) {
        guard let handle = nr_pool_create(Int32(threads)) else {
            throw EngineError("cannot start \(threads) threads; set fewer with --threads")
        }
        self.handle = handle
        self.threads = threads
    }

    deinit { nr_pool_destroy(handle) }

    /// Calls `body(index, thread)` once for each index below `count`, side by side.
    func forEach(_ count: Int, _ body: (_ index: Int, _ thread: Int) -> Void) {
        withoutActuallyEscaping(body) { body in
            var box = Box(body: body)
            withUnsafeMutablePointer(to: &box) { box in
                nr_pool_run(
                    handle, Int64(count),
                    { context, index, thread in
                        context!.assumingMemoryBound(to: Box.self).pointee.body(Int(index), Int(thread))
                    }, box)
            }
        }
    }

    private struct Box {
        let body: (Int, Int) -> Void
    }

    /// Cores that this process may use: the affinity mask, cut down by a cgroup CPU quota.
    static var availableCores: Int {
        let cores = ProcessInfo.processInfo.activeProcessorCount
        guard let line = try? String(contentsOfFile: "/sys/fs/cgroup/cpu.max", encoding: .utf8) else { return cores }
        let fields = line.split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
        guard fields.count == 2, fields[1] > 0 else { return cores }
        return max(1, min(cores, Int((fields[0] / fields[1]).rounded(.up))))
    }
}
