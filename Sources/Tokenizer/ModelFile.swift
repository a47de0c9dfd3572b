import Foundation
import SystemPackage

/// A small file of a model directory, read whole. Errors name the file.
struct ModelFile {
    let path: FilePath

    init(_ directory: FilePath, _ name: String) {
        path = directory.appending(name)
    }

    var exists: Bool { FileManager.default.fileExists(atPath: path.string) }

    func read() throws(TokenizerError) -> Data {
        guard exists else { throw error("not found; it belongs to the model directory") }
        do {
            return try Data(contentsOf: URL(fileURLWithPath: path.string))
        } catch {
            throw self.error("cannot be read; check its type and permissions")
        }
    }

    /// The file's text; a byte order mark is dropped.
    func readText() throws(TokenizerError) -> String {
        guard let text = String(validating: try read(), as: UTF8.self) else { throw error("is not UTF-8 text") }
        return text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text
    }

    func decode<T: Decodable>(_ type: T.Type) throws(TokenizerError) -> T {
        let data = try read()
        do {
            return try JSONDecoder().decode(type, from: data)
        } catch let failure as DecodingError {
            throw error(failure.oneLine)
        } catch {
            throw self.error("is not valid JSON")
        }
    }

    func error(_ reason: String) -> TokenizerError { TokenizerError(file: path.string, reason: reason) }
}

extension DecodingError {
    /// "added_tokens_decoder.5.content: expected String", without Foundation's prose.
    fileprivate var oneLine: String {
        switch self {
        case .typeMismatch(let type, let context): "\(place(context)): expected \(type)"
        case .valueNotFound(let type, let context): "\(place(context)): expected \(type), found null"
        case .keyNotFound(let key, let context): "\(place(context)): lacks the key \"\(key.stringValue)\""
        case .dataCorrupted(let context) where !context.codingPath.isEmpty:
            "\(place(context)): \(context.debugDescription)"
        default: "is not valid JSON"
        }
    }

    private func place(_ context: Context) -> String {
        context.codingPath.isEmpty ? "top level" : context.codingPath.map(\.stringValue).joined(separator: ".")
    }
}
