@testable import Checkpoint

/// Safetensors bytes written by hand, so that the reader is not tested against this project's own writer.
struct SafetensorsBuilder {
    private(set) var entries: [String] = ["\"__metadata__\":{\"format\":\"pt\"}"]
    private(set) var data: [UInt8] = []

    mutating func add(_ name: String, _ dataType: String, _ shape: [Int], _ bytes: [UInt8]) {
        let end = data.count + bytes.count
        entries.append(
            "\"\(name)\":{\"dtype\":\"\(dataType)\",\"shape\":\(shape),\"data_offsets\":[\(data.count),\(end)]}")
        data += bytes
    }

    var bytes: [UInt8] { safetensors(header: "{" + entries.joined(separator: ",") + "}", data: data) }
}

func safetensors(header: String, data: [UInt8]) -> [UInt8] {
    littleEndian(UInt64(header.utf8.count)) + Array(header.utf8) + data
}

func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian, Array.init)
}

/// The value in a floating-point format, rounded towards zero for BF16.
func encoded(_ values: [Float], as dataType: String) -> [UInt8] {
    values.flatMap { value -> [UInt8] in
        switch dataType {
        case "BF16": littleEndian(UInt16(value.bitPattern >> 16))
        case "F16": littleEndian(Float16(value).bitPattern)
        default: littleEndian(value.bitPattern)
        }
    }
}
