import CKernels
import COpenBLAS

/// Bidirectional multi-head attention of the encoders: every row sees the rows of its own segment.
///
/// Products go through OpenBLAS, single-threaded, in blocks of queries whose size does not depend on the threads.
struct SegmentAttention: Sendable {
    let heads: Int
    let headDimension: Int

    /// `q`, `k`, `v`: row r, head h starts at `pointer + r * stride + h * headDimension`. Result [rows, heads * dim].
    func callAsFunction(
        q: UnsafePointer<Float>, k: UnsafePointer<Float>, v: UnsafePointer<Float>, stride: Int, segments: [Range<Int>],
        _ pool: ThreadPool
    ) -> Activations {
        let width = heads * headDimension
        let out = Activations(rows: segments.last?.upperBound ?? 0, columns: width)
        let blocks = segments.flatMap { segment in
            Swift.stride(from: segment.lowerBound, to: segment.upperBound, by: Self.queryBlock).map {
                (queries: $0..<min($0 + Self.queryBlock, segment.upperBound), segment: segment)
            }
        }
        let longest = segments.map(\.count).max() ?? 0
        let scores = Activations(rows: pool.threads, columns: Self.queryBlock * longest)
        let scale = 1 / Float(headDimension).squareRoot()
        pool.forEach(blocks.count * heads) { index, thread in
            let (queries, segment) = blocks[index / heads]
            let offset = index % heads * headDimension
            let s = scores.row(thread)
            let n = segment.count
            cblas_sgemm(
                CblasRowMajor, CblasNoTrans, CblasTrans, Int32(queries.count), Int32(n), Int32(headDimension), 1,
                q + queries.lowerBound * stride + offset, Int32(stride),
                k + segment.lowerBound * stride + offset, Int32(stride), 0, s, Int32(n))
            for row in 0..<queries.count { nr_softmax(s + row * n, Int64(n), scale) }
            cblas_sgemm(
                CblasRowMajor, CblasNoTrans, CblasNoTrans, Int32(queries.count), Int32(headDimension), Int32(n), 1,
                s, Int32(n), v + segment.lowerBound * stride + offset, Int32(stride), 0,
                out.row(queries.lowerBound) + offset, Int32(width))
        }
        return out
    }

    private static let queryBlock = 128
}
