/// A tensor inside the mapped file; its bytes are valid as long as it or its `Checkpoint` lives. Row-major,
/// little-endian, aligned only as the file's author laid them out.
public struct Tensor: @unchecked Sendable {
    public let name: String
    public let dataType: DataType
    public let shape: [Int]
    public let bytes: UnsafeRawBufferPointer
    /// Keeps the mapping alive; nil where the caller sees to that.
    private let file: MappedFile?

    public init(name: String, dataType: DataType, shape: [Int], bytes: UnsafeRawBufferPointer) {
        self.init(name: name, dataType: dataType, shape: shape, bytes: bytes, file: nil)
    }

    init(name: String, dataType: DataType, shape: [Int], bytes: UnsafeRawBufferPointer, file: MappedFile?) {
        self.name = name
        self.dataType = dataType
        self.shape = shape
        self.bytes = bytes
        self.file = file
    }

    public var elementCount: Int { shape.reduce(1, *) }

    /// All elements as Float (F32, F16, BF16, and I8 unscaled). Other types throw `unsupportedDataType`.
    public func floats() throws(CheckpointError) -> [Float] {
        switch dataType {
        case .f32: floats(SingleFloat.self)
        case .f16: floats(HalfFloat.self)
        case .bf16: floats(BrainFloat16.self)
        case .i8: bytes.map { Float(Int8(bitPattern: $0)) }
        default:
            throw CheckpointError.unsupportedDataType(name: name, dataType: dataType.rawValue, path: "weights")
        }
    }

    private func floats<Element: FloatingElement>(_: Element.Type) -> [Float] {
        let count = elementCount
        return [Float](unsafeUninitializedCapacity: count) { output, initialized in
            for index in 0..<count {
                let bits = bytes.loadUnaligned(
                    fromByteOffset: index * MemoryLayout<Element.Bits>.size, as: Element.Bits.self)
                output.initializeElement(at: index, to: Element.float(bits))
            }
            initialized = count
        }
    }
}
