/// Keys and values of one sequence, float32: for each layer [capacity, keyValueHeads * headDimension].
package final class KVCache {
    private(set) var length = 0
    private(set) var capacity = 0
    private let width: Int
    private var keys: [UnsafeMutablePointer<Float>]
    private var values: [UnsafeMutablePointer<Float>]

    init(layers: Int, width: Int, capacity: Int) {
        self.width = width
        self.capacity = capacity
        keys = (0..<layers).map { _ in .allocate(capacity: capacity * width) }
        values = (0..<layers).map { _ in .allocate(capacity: capacity * width) }
    }

    deinit { (keys + values).forEach { $0.deallocate() } }

    /// Makes room for `count` more tokens and counts them in; their rows are written layer by layer.
    package func extend(by count: Int) {
        length += count
        guard length > capacity else { return }
        let old = length - count
        capacity = max(length, capacity * 2)
        for layer in keys.indices {
            keys[layer] = grown(keys[layer], holding: old)
            values[layer] = grown(values[layer], holding: old)
        }
    }

    private func grown(_ pointer: UnsafeMutablePointer<Float>, holding rows: Int) -> UnsafeMutablePointer<Float> {
        let larger = UnsafeMutablePointer<Float>.allocate(capacity: capacity * width)
        larger.update(from: pointer, count: rows * width)
        pointer.deallocate()
        return larger
    }

    func keys(layer: Int) -> UnsafeMutablePointer<Float> { keys[layer] }
    func values(layer: Int) -> UnsafeMutablePointer<Float> { values[layer] }

    func write(layer: Int, slot: Int, key: UnsafePointer<Float>, value: UnsafePointer<Float>) {
        (keys[layer] + slot * width).update(from: key, count: width)
        (values[layer] + slot * width).update(from: value, count: width)
    }
}
