/// The header of one safetensors file, checked against the file's size: 8 bytes with the length of a JSON object,
/// the object, then the tensors' bytes without holes (https://huggingface.co/docs/safetensors).
struct SafetensorsHeader {
    struct Entry: Equatable {
        var name: String
        var dataType: DataType
        var shape: [Int]
        /// Bytes counted from the start of the file.
        var range: Range<Int>
    }

    /// A longer header is damage or an attack; the published model's has 3 MB.
    static let maximumLength = 512 << 20
    static let maximumRank = 16

    /// In the order of their bytes.
    let entries: [Entry]
    /// Bytes before the first tensor: the length field and the JSON text.
    let length: Int

    init(_ file: UnsafeRawBufferPointer, path: String) throws(CheckpointError) {
        func invalid(_ reason: String) -> CheckpointError { .invalidFile(path: path, reason: reason) }

        guard file.count >= 8 else {
            throw invalid("ends early: \(file.count) bytes are not even a safetensors header; download it again")
        }
        let announced = UInt64(littleEndian: file.loadUnaligned(as: UInt64.self))
        guard announced <= UInt64(Self.maximumLength) else {
            throw invalid("announces a header of \(announced) bytes; this is no safetensors file, or it is damaged")
        }
        length = 8 + Int(announced)
        guard length <= file.count else {
            throw invalid("ends early: \(file.count) bytes of at least \(length); download it again")
        }
        var parser = HeaderParser(path: path)
        do throws(JSONError) {
            try parser.parse(UnsafeRawBufferPointer(rebasing: file[8..<length]))
        } catch {
            if let unsupported = parser.unsupported { throw unsupported }
            throw invalid("the header is broken at byte \(8 + error.offset): \(error.reason)")
        }
        entries = try Self.placed(parser.entries, from: length, fileSize: file.count, invalid: invalid)
    }

    /// The entries in the order of their bytes, once it is certain that they cover the file exactly.
    private static func placed(
        _ relative: [Entry], from start: Int, fileSize: Int, invalid: (String) -> CheckpointError
    ) throws(CheckpointError) -> [Entry] {
        var entries = relative
        entries.sort { ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound) }
        var end = 0
        for index in entries.indices {
            let entry = entries[index]
            guard entry.range.lowerBound >= end else {
                throw invalid(
                    "tensor \(printable(entry.name)) overlaps the one before it at data byte \(entry.range.lowerBound)")
            }
            guard entry.range.lowerBound == end else {
                throw invalid(
                    "data bytes \(end) to \(entry.range.lowerBound) belong to no tensor; "
                        + "\(printable(entry.name)) comes next")
            }
            end = entry.range.upperBound
            let (last, overflow) = start.addingReportingOverflow(end)
            guard !overflow else { throw invalid("tensor \(printable(entry.name)) ends beyond any file") }
            entries[index].range = start + entry.range.lowerBound..<last
        }
        guard start + end <= fileSize else {
            throw invalid("ends early: \(fileSize) bytes of \(start + end); download it again")
        }
        guard start + end == fileSize else {
            throw invalid("has \(fileSize - start - end) bytes after the last tensor; download it again")
        }
        return entries
    }
}

/// Reads the JSON object of a header; the ranges still count from the end of the header.
private struct HeaderParser {
    let path: String
    var entries: [SafetensorsHeader.Entry] = []
    /// Set where the parse stopped at a data type, which has an error of its own.
    var unsupported: CheckpointError?
    private var names: Set<String> = []

    init(path: String) { self.path = path }

    mutating func parse(_ text: UnsafeRawBufferPointer) throws(JSONError) {
        var scanner = JSONScanner(text)
        names.reserveCapacity(text.count / 100)
        // A copy, because the closure may not capture the mutating self.
        var parser = self
        defer { self = parser }
        try scanner.object { (scanner, name) throws(JSONError) in
            guard parser.names.insert(name).inserted else {
                throw scanner.failure("tensor \(printable(name)) stands there twice")
            }
            if name == "__metadata__" {
                try scanner.object { (scanner, _) throws(JSONError) in _ = try scanner.string() }
            } else {
                try parser.entry(name, from: &scanner)
            }
        }
        try scanner.end()
    }

    private mutating func entry(_ name: String, from scanner: inout JSONScanner) throws(JSONError) {
        var dataTypeName: String?
        var shape: [Int]?
        var offsets: [Int]?
        try scanner.object { (scanner, key) throws(JSONError) in
            switch key {
            case "dtype":
                guard dataTypeName == nil else { throw scanner.failure("dtype stands twice") }
                dataTypeName = try scanner.string()
            case "shape":
                guard shape == nil else { throw scanner.failure("shape stands twice") }
                shape = try Self.integers(from: &scanner, atMost: SafetensorsHeader.maximumRank)
            case "data_offsets":
                guard offsets == nil else { throw scanner.failure("data_offsets stands twice") }
                offsets = try Self.integers(from: &scanner, atMost: 2)
            default: _ = try JSONValue(from: &scanner)
            }
        }
        guard let dataTypeName, let shape, let offsets, offsets.count == 2 else {
            throw scanner.failure("tensor \(printable(name)) needs dtype, shape and two data_offsets")
        }
        guard let dataType = DataType(rawValue: dataTypeName) else {
            unsupported = .unsupportedDataType(name: name, dataType: dataTypeName, path: path)
            throw scanner.failure("unknown data type")
        }
        guard offsets[0] <= offsets[1] else {
            throw scanner.failure("tensor \(printable(name)) ends before it begins: data_offsets \(offsets)")
        }
        guard let size = byteCount(shape: shape, dataType: dataType) else {
            throw scanner.failure("tensor \(printable(name)) of shape \(shape) is larger than any memory")
        }
        guard size == offsets[1] - offsets[0] else {
            throw scanner.failure(
                "tensor \(printable(name)), \(dataType.rawValue) \(shape), needs \(size) bytes; "
                    + "its data_offsets give \(offsets[1] - offsets[0])")
        }
        entries.append(.init(name: name, dataType: dataType, shape: shape, range: offsets[0]..<offsets[1]))
    }

    private static func integers(from scanner: inout JSONScanner, atMost limit: Int) throws(JSONError) -> [Int] {
        var values: [Int] = []
        values.reserveCapacity(2)
        try scanner.array { (scanner) throws(JSONError) in
            guard values.count < limit else { throw scanner.failure("more than \(limit) numbers") }
            values.append(try scanner.unsignedInteger())
        }
        return values
    }
}

/// Bytes of a tensor, or nil where the product does not fit an Int.
func byteCount(shape: [Int], dataType: DataType) -> Int? {
    // A zero makes the tensor empty, however absurd its other dimensions are.
    if shape.contains(0) { return 0 }
    var product = dataType.size
    for dimension in shape {
        let (next, overflow) = product.multipliedReportingOverflow(by: dimension)
        if overflow { return nil }
        product = next
    }
    return product
}
