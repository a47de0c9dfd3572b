import SystemPackage

public struct ConversionProgress: Sendable {
    public var tensorsDone, tensorsTotal: Int
    public var bytesDone, bytesTotal: Int
}

/// bf16/f16/f32 checkpoint -> INT8 (compressed-tensors int-quantized), streaming, resumable, verified.
public struct Converter {
    public init(source: FilePath, destination: FilePath, shardBytes: Int = 4 << 30) { fatalError("contract") }
    public func run(progress: (ConversionProgress) -> Void = { _ in }, isCancelled: () -> Bool = { false }) throws {
        fatalError("contract")
    }
}
