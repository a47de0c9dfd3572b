import Dispatch
import Foundation
import Synchronization

/// A wish to stop, seen by every thread of a run.
public final class StopSignal: Sendable {
    private let requested = Atomic<Bool>(false)

    public init() {}

    public var isRequested: Bool { requested.load(ordering: .relaxed) }
    public func request() { requested.store(true, ordering: .relaxed) }
}

/// Turns SIGINT and SIGTERM into a stop: the first asks for it, the second ends the process at once with status 75.
public final class TerminationHandler {
    private let sources: [any DispatchSourceSignal]

    /// `onFirst` runs on another thread.
    public init(_ stop: StopSignal, onFirst: @escaping @Sendable () -> Void = {}) {
        let queue = DispatchQueue(label: "nightreel.signals")
        sources = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler {
                if stop.isRequested { _exit(75) }
                stop.request()
                onFirst()
            }
            source.resume()
            return source
        }
    }

    deinit {
        for source in sources { source.cancel() }
    }
}
