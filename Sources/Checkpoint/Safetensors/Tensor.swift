/// A tensor inside the mapped file. Valid as long as its `Checkpoint` lives. Row-major, little-endian; the bytes are
/// aligned only as the file's author laid them out.
public struct Tensor: @unchecked Sendable {
    public let name: String
    public let dataType: DataType
    public let shape: [Int]
    public let bytes: UnsafeRawBufferPointer

    public init(name: String, dataType: DataType, shape: [Int], bytes: UnsafeRawBufferPointer) {
        self.name = name
        self.dataType = dataType
        self.shape = shape
        self.bytes = bytes
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
