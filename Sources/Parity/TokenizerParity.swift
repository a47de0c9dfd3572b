import Foundation
import SystemPackage
import Tokenizer

/// tokenizer/vectors_*.json: texts with their ids and what the ids decode to.
func compareTokenizer(_ kit: GoldenKit, _ tokenizer: Tokenizer) throws -> CaseReport? {
    struct Vector: Decodable {
        let text: String
        let ids: [Int]
        let decoded: String
    }
    let directory = kit.directory.appending("tokenizer")
    let names = (try? FileManager.default.contentsOfDirectory(atPath: directory.string)) ?? []
    let files = names.filter { $0.hasPrefix("vectors") && $0.hasSuffix(".json") }.sorted()
    guard !files.isEmpty else { return nil }
    var report = CaseReport("tokenizer")
    for file in files {
        let path = directory.appending(file)
        guard let data = FileManager.default.contents(atPath: path.string),
            let vectors = try? JSONDecoder().decode([Vector].self, from: data)
        else { throw ParityError("\(path): not a list of texts with ids") }
        let encoded = vectors.filter { tokenizer.encode($0.text) == $0.ids }.count
        let decoded = vectors.filter { tokenizer.decode($0.ids) == $0.decoded }.count
        report.add(Check("encode", value: "\(encoded)/\(vectors.count)", passed: encoded == vectors.count))
        report.add(Check("decode", value: "\(decoded)/\(vectors.count)", passed: decoded == vectors.count))
    }
    return report
}
