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
        condition.lock()
        defer { condition.unlock() }
        while elements.isEmpty, !isFinished, !isCancelled { condition.wait() }
        return isCancelled ? nil : takeFirst()
    }

    public enum Polled {
        case element(Element)
        /// Nothing there yet.
        case empty
        /// Finished and empty, or cancelled.
        case ended
    }

    /// The next element if there is one; with a deadline, waits for it until then.
    public func poll(until deadline: Date? = nil) -> Polled {
        condition.lock()
        defer { condition.unlock() }
        while elements.isEmpty, !isFinished, !isCancelled {
            guard let deadline, condition.wait(until: deadline) else { break }
        }
        if isCancelled { return .ended }
        if let element = takeFirst() { return .element(element) }
        return isFinished ? .ended : .empty
    }

    private func takeFirst() -> Element? {
        guard !elements.isEmpty else { return nil }
        let (element, elementCost) = elements.removeFirst()
        cost -= elementCost
        condition.broadcast()
        return element
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
