import Foundation

/// Hands elements from producing threads to a consuming one; a full queue blocks the producers.
///
/// Full means `capacity` elements, or elements whose costs add up to more than `budget` (one is always let in).
public final class BoundedQueue<Element: Sendable>: @unchecked Sendable {
    private let condition = NSCondition()
    private let capacity: Int
    private let budget: Int
    private var elements: [(element: Element, cost: Int)] = []
    private var cost = 0
    private var isFinished = false
    private var isCancelled = false

    public init(capacity: Int, budget: Int = .max) {
        self.capacity = max(1, capacity)
        self.budget = budget
    }

    /// Waits for room. False: the queue was cancelled, the element is dropped.
    public func push(_ element: Element, cost elementCost: Int = 0) -> Bool {
        condition.lock()
        defer { condition.unlock() }
        while !isCancelled, !hasRoom(for: elementCost) { condition.wait() }
        if isCancelled { return false }
        elements.append((element, elementCost))
        cost += elementCost
        condition.broadcast()
        return true
    }

    /// Waits for an element. nil: finished and empty, or cancelled.
    public func pop() -> Element? {
        switch poll(until: .distantFuture) {
        case .element(let element): element
        case .empty, .ended: nil
        }
    }

    public enum Polled {
        case element(Element)
        /// Nothing there yet.
        case empty
        /// Finished and empty, or cancelled.
        case ended
    }

    /// The next element, waiting for it until `deadline`.
    public func poll(until deadline: Date = .distantPast) -> Polled {
        condition.lock()
        defer { condition.unlock() }
        while elements.isEmpty, !isFinished, !isCancelled {
            if deadline == .distantPast || !condition.wait(until: deadline) { break }
        }
        if isCancelled { return .ended }
        if elements.isEmpty { return isFinished ? .ended : .empty }
        let (element, elementCost) = elements.removeFirst()
        cost -= elementCost
        condition.broadcast()
        return .element(element)
    }

    /// No more elements will come.
    public func finish() {
        condition.withLock {
            isFinished = true
            condition.broadcast()
        }
    }

    /// Drops what is queued and lets everybody go.
    public func cancel() {
        condition.withLock {
            isCancelled = true
            elements.removeAll()
            condition.broadcast()
        }
    }

    private func hasRoom(for elementCost: Int) -> Bool {
        if elements.isEmpty { return true }
        return elements.count < capacity && cost <= budget - min(elementCost, budget)
    }
}
