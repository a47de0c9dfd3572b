/// Unsigned integers at any place of a byte array; nil outside of it. Files are not trusted, so every read is checked.
extension RandomAccessCollection<UInt8> where Index == Int {
    func bigEndian(at offset: Int, bytes count: Int) -> Int? {
        guard offset >= startIndex, count <= 7, offset <= endIndex - count else { return nil }
        return self[offset..<offset + count].reduce(0) { $0 << 8 | Int($1) }
    }

    func littleEndian(at offset: Int, bytes count: Int) -> Int? {
        guard offset >= startIndex, count <= 7, offset <= endIndex - count else { return nil }
        return self[offset..<offset + count].reversed().reduce(0) { $0 << 8 | Int($1) }
    }

    func hasBytes(_ text: String, at offset: Int) -> Bool {
        guard offset >= startIndex, offset <= endIndex - text.utf8.count else { return false }
        return self[offset..<offset + text.utf8.count].elementsEqual(text.utf8)
    }
}
