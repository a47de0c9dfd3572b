/// What is wrong with a model directory: which file, tensor or field, and what to do. One line.
public enum CheckpointError: Error, Equatable, Sendable, CustomStringConvertible {
    case missingFile(path: String)
    case invalidFile(path: String, reason: String)
    /// `path` is the directory or file that was searched.
    case missingTensor(name: String, path: String)
    case wrongShape(name: String, expected: [Int], found: [Int], path: String)
    case unsupportedDataType(name: String, dataType: String, path: String)
    case invalidConfiguration(file: String, field: String, reason: String)
    case io(path: String, reason: String)

    public var description: String {
        switch self {
        case .missingFile(let path):
            "\(printable(path)): no such file. A model directory in the Hugging Face layout is needed."
        case .invalidFile(let path, let reason): "\(printable(path)): \(reason)"
        case .missingTensor(let name, let path):
            "\(printable(path)): tensor \(printable(name)) is missing; the download is incomplete "
                + "or this is another architecture."
        case .wrongShape(let name, let expected, let found, let path):
            "\(printable(path)): tensor \(printable(name)) has shape \(found), expected \(expected); "
                + "config.json and the weights do not belong together."
        case .unsupportedDataType(let name, let dataType, let path):
            "\(printable(path)): tensor \(printable(name)) has data type \(printable(dataType)), which cannot be read "
                + "here; BF16, F16 and F32 weights can."
        case .invalidConfiguration(let file, let field, let reason):
            "\(printable(file)): \(printable(field)) \(reason)"
        case .io(let path, let reason): "\(printable(path)): \(reason)"
        }
    }
}

/// A name from an untrusted file as it may stand in one line: control characters escaped, the length limited.
func printable(_ text: String) -> String {
    var line = ""
    for (count, scalar) in text.unicodeScalars.enumerated() {
        if count == 300 { return line + "..." }
        line +=
            scalar.properties.generalCategory == .control || scalar.properties.isBidiControl
            ? scalar.escaped(asASCII: true) : String(scalar)
    }
    return line
}
