import Foundation
import Pipeline
import Synchronization
import Testing

@Suite struct BoundedQueueTests {
    @Test("elements come out in order, and the end after the last")
    func order() {
        let queue = BoundedQueue<Int>(capacity: 10)
        for value in 1...3 { #expect(queue.push(value)) }
        queue.finish()
        #expect([queue.pop(), queue.pop(), queue.pop(), queue.pop()] == [1, 2, 3, nil])
    }

    @Test("a producer is never further ahead than the capacity")
    func bounded() {
        let queue = BoundedQueue<Int>(capacity: 3)
        let pushed = Counter()
        Thread.detachNewThread {
            for value in 0..<100 where queue.push(value) { pushed.increment() }
            queue.finish()
        }
        var popped = 0
        while queue.pop() != nil {
            popped += 1
            usleep(200)
            // One push may have ended without being counted yet, none more than the capacity may be ahead.
            #expect(pushed.value <= popped + 3)
        }
        #expect(popped == 100)
    }

    @Test("costs above the budget block, but one element always passes")
    func budget() {
        let queue = BoundedQueue<Int>(capacity: 10, budget: 100)
        #expect(queue.push(1, cost: 1000))
        let second = Counter()
        Thread.detachNewThread {
            if queue.push(2, cost: 10) { second.increment() }
            queue.finish()
        }
        usleep(20_000)
        #expect(second.value == 0)
        #expect(queue.pop() == 1)
        #expect(queue.pop() == 2)
        #expect(queue.pop() == nil)
    }

    @Test("cancelling frees a blocked producer and a waiting consumer")
    func cancel() {
        let queue = BoundedQueue<Int>(capacity: 1)
        #expect(queue.push(1))
        Thread.detachNewThread {
            usleep(5000)
            queue.cancel()
        }
        #expect(!queue.push(2))
        #expect(queue.pop() == nil)
    }
}

private final class Counter: Sendable {
    private let count = Atomic<Int>(0)
    var value: Int { count.load(ordering: .sequentiallyConsistent) }
    func increment() { count.add(1, ordering: .sequentiallyConsistent) }
}
