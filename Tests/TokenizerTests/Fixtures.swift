import Foundation
import SystemPackage

/// Tests/Fixtures/tokenizer, made by make_fixtures.py there.
enum Fixtures {
    static let directory = FilePath(#filePath).removingLastComponent().removingLastComponent()
        .appending("Fixtures/tokenizer")
    static let model = directory.appending("model")

    static func decode<T: Decodable>(_ type: T.Type, _ name: String) throws -> T {
        try JSONDecoder().decode(type, from: Data(text(name).utf8))
    }

    static func text(_ name: String) throws -> String {
        try String(contentsOfFile: directory.appending(name).string, encoding: .utf8)
    }
}

/// A model directory of its own, deleted at the end.
final class ScratchModel {
    let path: FilePath

    init(copying source: FilePath? = Fixtures.model) throws {
        path = FilePath(FileManager.default.temporaryDirectory.path).appending("tokenizer-\(UUID().uuidString)")
        if let source {
            try FileManager.default.copyItem(atPath: source.string, toPath: path.string)
        } else {
            try FileManager.default.createDirectory(atPath: path.string, withIntermediateDirectories: true)
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: path.string) }

    func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path.appending(name).string))
    }

    func read(_ name: String) throws -> String {
        try String(contentsOfFile: path.appending(name).string, encoding: .utf8)
    }

    func replace(_ old: String, by new: String, in name: String) throws {
        let text = try read(name)
        guard text.contains(old) else { throw CocoaError(.fileReadCorruptFile) }
        try write(text.replacingOccurrences(of: old, with: new), to: name)
    }
}

extension String {
    /// Equality without canonical equivalence: what NFC changes is different here.
    func isIdentical(to other: String) -> Bool { unicodeScalars.elementsEqual(other.unicodeScalars) }
}
