import CKernels

/// Seeded values that look like activations and weights, and the instruction sets that this machine has.
struct Noise {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }

    mutating func floats(_ count: Int, scale: Float = 1) -> [Float] {
        (0..<count).map { _ in Float(Int32(truncatingIfNeeded: next() >> 20)) * 0x1p-31 * scale }
    }

    mutating func bytes(_ count: Int) -> [Int8] { (0..<count).map { _ in Int8(truncatingIfNeeded: next() >> 24) } }
}

let availableSets: [nr_isa] = [NR_ISA_PORTABLE, NR_ISA_AVX2, NR_ISA_AVX512VNNI].filter { set in
    let best = nr_isa_best().rawValue
    return set.rawValue <= best
}

/// Runs `body` with one instruction set on this thread, then with the one before again.
func withInstructionSet<T>(_ set: nr_isa, _ body: () throws -> T) rethrows -> T {
    let before = nr_isa_current()
    precondition(nr_isa_select(set) == 1)
    defer { nr_isa_select(before) }
    return try body()
}

/// Rows of activations with room for their codes.
final class Rows {
    var rows = nr_rows()
    private let x: UnsafeMutablePointer<Float>
    private let codes: UnsafeMutablePointer<Int8>
    private let scales: UnsafeMutablePointer<Float>
    private let sums: UnsafeMutablePointer<Int32>

    init(_ values: [Float], m: Int, k: Int) {
        let stride = (k + 63) / 64 * 64
        x = .allocate(capacity: values.count)
        x.update(from: values, count: values.count)
        codes = .allocate(capacity: m * stride)
        scales = .allocate(capacity: m)
        sums = .allocate(capacity: m)
        rows.m = Int64(m)
        rows.k = Int64(k)
        rows.x = UnsafePointer(x)
        rows.x_stride = Int64(k)
        rows.q = codes
        rows.q_stride = Int64(stride)
        rows.q_scale = scales
        rows.q_sum = sums
    }

    deinit {
        x.deallocate()
        codes.deallocate()
        scales.deallocate()
        sums.deallocate()
    }

    func quantize(_ pool: OpaquePointer) { nr_quantize(pool, &rows) }

    func code(_ row: Int, _ column: Int) -> Int { Int(codes[row * Int(rows.q_stride) + column]) }
    func scale(_ row: Int) -> Float { scales[row] }
    func sum(_ row: Int) -> Int { Int(sums[row]) }
}

/// The upper half of each float's bits.
func bf16(_ values: [Float]) -> [UInt16] { values.map { UInt16($0.bitPattern >> 16) } }

func widened(_ values: [UInt16]) -> [Float] { values.map { Float(bitPattern: UInt32($0) << 16) } }

func withPool<T>(_ threads: Int32 = 1, _ body: (OpaquePointer) throws -> T) rethrows -> T {
    let pool = nr_pool_create(threads)!
    defer { nr_pool_destroy(pool) }
    return try body(pool)
}
