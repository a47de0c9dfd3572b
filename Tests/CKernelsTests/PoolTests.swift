import CKernels
import Synchronization
import Testing

@Suite("Thread pool")
struct PoolTests {
    @Test("every index runs exactly once, region after region", arguments: [1, 2, 4, 7] as [Int32])
    func everyIndexOnce(_ threads: Int32) {
        withPool(threads) { pool in
            for count in [0, 1, 2, 3, 50, 1000] {
                for _ in 0..<20 {
                    let counter = Counter(count)
                    nr_pool_run(
                        pool, Int64(count),
                        { context, index, _ in
                            Unmanaged<Counter>.fromOpaque(context!).takeUnretainedValue().add(Int(index))
                        }, Unmanaged.passUnretained(counter).toOpaque())
                    #expect(counter.allOnce)
                }
            }
        }
    }

    @Test("workers wake after the pool was idle")
    func wakesAfterSleep() async throws {
        let pool = nr_pool_create(3)!
        defer { nr_pool_destroy(pool) }
        for _ in 0..<3 {
            try await Task.sleep(for: .milliseconds(5))  // longer than workers spin
            let counter = Counter(100)
            nr_pool_run(
                pool, 100,
                { context, index, thread in
                    precondition(thread >= 0 && thread < 3)
                    Unmanaged<Counter>.fromOpaque(context!).takeUnretainedValue().add(Int(index))
                }, Unmanaged.passUnretained(counter).toOpaque())
            #expect(counter.allOnce)
        }
    }

    @Test("workers use the instruction set that the calling thread chose, and other threads keep theirs")
    func choiceIsLocal() {
        let own = nr_isa_current()
        withInstructionSet(NR_ISA_PORTABLE) {
            withPool(3) { pool in
                let counter = Counter(300)
                nr_pool_run(
                    pool, 300,
                    { context, index, _ in
                        guard nr_isa_current() == NR_ISA_PORTABLE else { return }
                        Unmanaged<Counter>.fromOpaque(context!).takeUnretainedValue().add(Int(index))
                    }, Unmanaged.passUnretained(counter).toOpaque())
                #expect(counter.allOnce)
            }
        }
        #expect(nr_isa_current() == own)
    }

    private final class Counter: Sendable {
        private let counts: Mutex<[Int]>

        init(_ count: Int) { counts = Mutex(Array(repeating: 0, count: count)) }

        func add(_ index: Int) { counts.withLock { $0[index] += 1 } }

        var allOnce: Bool { counts.withLock { $0.allSatisfy { $0 == 1 } } }
    }
}
