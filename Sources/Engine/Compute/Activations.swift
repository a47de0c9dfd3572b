/// Row-major float32 working memory, 64-byte aligned: `row(i)[column]`. Not cleared.
package final class Activations: @unchecked Sendable {
    package let rows: Int
    package let columns: Int
    package let data: UnsafeMutablePointer<Float>

    package init(rows: Int, columns: Int) {
        self.rows = rows
        self.columns = columns
        let bytes = max(1, rows * columns) * MemoryLayout<Float>.stride
        data = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64).bindMemory(
            to: Float.self, capacity: rows * columns)
    }

    package convenience init(rows: Int, columns: Int, values: [Float]) {
        precondition(values.count == rows * columns)
        self.init(rows: rows, columns: columns)
        values.withUnsafeBufferPointer { data.update(from: $0.baseAddress!, count: values.count) }
    }

    deinit { UnsafeMutableRawPointer(data).deallocate() }

    package func row(_ index: Int) -> UnsafeMutablePointer<Float> { data + index * columns }

    /// The rows named, copied in that order.
    package func gather(_ indexes: [Int]) -> Activations {
        let result = Activations(rows: indexes.count, columns: columns)
        for (target, source) in indexes.enumerated() { result.row(target).update(from: row(source), count: columns) }
        return result
    }

    package var values: [Float] { Array(UnsafeBufferPointer(start: data, count: rows * columns)) }
}
