import Features
import Foundation

/// Where patches stand, in merge-block order: for every temporal slice, block rows and columns of mergeSize², row by row.
func mergeBlockOrder(_ grid: PatchGrid, mergeSize: Int) -> [(row: Int, column: Int)] {
    var order: [(row: Int, column: Int)] = []
    order.reserveCapacity(grid.h * grid.w)
    for blockRow in stride(from: 0, to: grid.h, by: mergeSize) {
        for blockColumn in stride(from: 0, to: grid.w, by: mergeSize) {
            for row in 0..<mergeSize {
                for column in 0..<mergeSize { order.append((blockRow + row, blockColumn + column)) }
            }
        }
    }
    return order
}

/// Learned positions for a square of side x side patches, stretched over the grid: bilinear, corners aligned.
struct VisionPositionTable: Sendable {
    /// [side * side, hidden]
    let table: Activations
    let side: Int

    func interpolated(_ grid: PatchGrid, order: [(row: Int, column: Int)]) -> Activations {
        let rows = taps(grid.h)
        let columns = taps(grid.w)
        let hidden = table.columns
        let result = Activations(rows: order.count, columns: hidden)
        for (patch, place) in order.enumerated() {
            let (top, bottom, down) = rows[place.row]
            let (left, right, across) = columns[place.column]
            let corners = [
                (top * side + left, (1 - down) * (1 - across)), (top * side + right, (1 - down) * across),
                (bottom * side + left, down * (1 - across)), (bottom * side + right, down * across),
            ]
            let target = result.row(patch)
            target.update(repeating: 0, count: hidden)
            for (index, weight) in corners {
                let source = table.row(index)
                for i in 0..<hidden { target[i] += weight * source[i] }
            }
        }
        return result
    }

    private func taps(_ count: Int) -> [(floor: Int, ceiling: Int, fraction: Float)] {
        (0..<count).map { index in
            let place = count == 1 ? 0 : Float(index) * (Float(side - 1) / Float(count - 1))
            let floor = min(Int(place), side - 1)
            return (floor, min(floor + 1, side - 1), place - Float(floor))
        }
    }
}

/// Two-dimensional rotary positions: the first half of the frequencies turns with the row, the second with the column.
func visionRotaryTables(order: [(row: Int, column: Int)], headDimension: Int) -> RotaryTables {
    let quarter = headDimension / 4
    let frequencies = (0..<quarter).map { 1 / powf(10_000, Float(2 * $0) / Float(headDimension / 2)) }
    let tables = RotaryTables(tokens: order.count, half: quarter * 2)
    for (patch, place) in order.enumerated() {
        for i in 0..<quarter {
            for (offset, coordinate) in [(0, place.row), (quarter, place.column)] {
                let angle = Float(coordinate) * frequencies[i]
                tables.cosines.row(patch)[offset + i] = cosf(angle)
                tables.sines.row(patch)[offset + i] = sinf(angle)
            }
        }
    }
    return tables
}
