/// Why a conversion did not happen or did not finish. One line; what is wrong with the source is a `CheckpointError`.
public enum ConversionError: Error, Equatable, Sendable, CustomStringConvertible {
    case cancelled(destination: String)
    case alreadyQuantized(source: String)
    case sameDirectory(path: String)
    /// The destination holds something that no interrupted conversion left there.
    case destinationNotEmpty(path: String, found: String)
    case destinationBusy(path: String)
    /// In bytes.
    case notEnoughSpace(path: String, needed: Int, available: Int)
    case notFinite(tensor: String, row: Int)
    case verificationFailed(path: String, reason: String)

    public var description: String {
        switch self {
        case .cancelled(let destination):
            "Stopped. \(printable(destination)) is not usable yet; the same command goes on where it stopped."
        case .alreadyQuantized(let source):
            "\(printable(source)) is quantised already; convert the bf16, f16 or f32 checkpoint."
        case .sameDirectory(let path): "\(printable(path)) is the source itself; name another directory."
        case .destinationNotEmpty(let path, let found):
            "\(printable(path)) is not empty (\(printable(found))) and no interrupted conversion; "
                + "name a new directory."
        case .destinationBusy(let path): "\(printable(path)): another conversion is writing there."
        case .notEnoughSpace(let path, let needed, let available):
            "\(printable(path)): \(gigabytes(needed, .up)) GB are needed, "
                + "\(gigabytes(available, .down)) GB are free."
        case .notFinite(let tensor, let row):
            "Tensor \(printable(tensor)) has an infinity or NaN in row \(row); the checkpoint is damaged."
        case .verificationFailed(let path, let reason):
            "\(printable(path)): the result failed its check and was not put in place: \(reason)."
        }
    }

    private func gigabytes(_ bytes: Int, _ rule: FloatingPointRoundingRule) -> String {
        let tenths = Int((Double(bytes) / 1e8).rounded(rule))
        return "\(tenths / 10).\(tenths % 10)"
    }
}
