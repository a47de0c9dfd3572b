import Checkpoint
import Foundation
import SystemPackage

/// A directory of golden cases: `model/`, `media/`, `goldens/<case>.{json,safetensors}`, `tokenizer/vectors_*.json`.
struct GoldenKit {
    let directory: FilePath
    let cases: [GoldenCase]
    /// Cases of parts that this engine does not have: speech output.
    let skipped: [String]

    init(_ directory: FilePath) throws {
        self.directory = directory
        let goldens = directory.appending("goldens")
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: goldens.string) else {
            throw ParityError("\(goldens): no such directory; a kit has model, media and goldens")
        }
        var cases: [GoldenCase] = []
        var skipped: [String] = []
        for name in names.filter({ $0.hasSuffix(".safetensors") }).map({ String($0.dropLast(12)) }).sorted() {
            let description = goldens.appending(name + ".json")
            guard !name.hasPrefix("talker_"), name != "code2wav",
                let json = FileManager.default.contents(atPath: description.string)
            else {
                skipped.append(name)
                continue
            }
            let decoder = JSONDecoder()
            decoder.keyDecodingStrategy = .convertFromSnakeCase
            do {
                cases.append(
                    GoldenCase(
                        name: name, description: try decoder.decode(CaseDescription.self, from: json),
                        tensors: try Checkpoint(goldens.appending(name + ".safetensors"))))
            } catch let error as DecodingError {
                throw ParityError("\(description): not a case description: \(error)")
            }
        }
        self.cases = cases
        self.skipped = skipped
    }

    var model: FilePath { directory.appending("model") }

    func media(_ name: String) -> FilePath { directory.appending("media").appending(name) }

    /// Pixels as the reference decoded them; nil where the kit has none.
    func decodedPixels(_ table: String) throws -> Checkpoint? {
        let path = media(table)
        return FileManager.default.fileExists(atPath: path.string) ? try Checkpoint(path) : nil
    }
}

/// A kit that cannot be read, one line.
public struct ParityError: Error, Sendable, CustomStringConvertible {
    public let description: String

    init(_ description: String) { self.description = description }
}

/// How a case was made.
struct CaseDescription: Decodable {
    struct VideoArguments: Decodable {
        struct Size: Decodable {
            let shortestEdge: Int
            let longestEdge: Int
        }
        let fps: Double?
        let size: Size?
    }
    struct Turn: Decodable {
        let role: String
        let parts: [Part]

        enum CodingKeys: CodingKey { case role, content }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            role = try container.decode(String.self, forKey: .role)
            if let text = try? container.decode(String.self, forKey: .content) {
                parts = [Part(type: "text", text: text)]
            } else {
                parts = try container.decode([Part].self, forKey: .content)
            }
        }
    }
    struct Part: Decodable {
        let type: String
        let text: String?
    }
    let prompt: String
    let files: [String]
    let useAudioInVideo: Bool
    let videosKwargs: VideoArguments?
    let conversation: [Turn]
}

/// One case: its description and what the reference computed.
struct GoldenCase {
    let name: String
    let description: CaseDescription
    let tensors: Checkpoint

    func floats(_ name: String) throws -> [Float] { try tensors.tensor(name).floats() }

    func integers(_ name: String) throws -> [Int] {
        let tensor = try tensors.tensor(name)
        return switch tensor.dataType {
        case .i64: tensor.bytes.loadAll(Int64.self)
        case .i32: tensor.bytes.loadAll(Int32.self)
        default: try tensor.floats().map(Int.init)
        }
    }

    /// A tensor stored whole, or as every n-th row or column, as the suffix of its name says.
    func strided(_ name: String) throws -> StridedGolden? {
        if tensors.contains(name) { return StridedGolden(tensor: try tensors.tensor(name), rows: 1, columns: 1) }
        for axis in ["rows", "cols"] {
            let prefix = "\(name)_\(axis)_stride"
            guard let match = tensors.tensorNames.first(where: { $0.hasPrefix(prefix) }),
                let step = Int(match.dropFirst(prefix.count))
            else { continue }
            return StridedGolden(
                tensor: try tensors.tensor(match), rows: axis == "rows" ? step : 1, columns: axis == "cols" ? step : 1)
        }
        return nil
    }

    /// Smallest distance between the last expert chosen and the first one left out, over all tokens and layers.
    var routerGap: Double { (try? floats("router_gap").min()).flatMap { $0.map(Double.init) } ?? 1 }
}

/// Every `rows`-th row and `columns`-th column of a matrix.
struct StridedGolden {
    let tensor: Tensor
    let rows: Int
    let columns: Int

    var values: [Float] { get throws { try tensor.floats() } }

    /// The same elements of a full matrix [rowCount, columnCount].
    func select(_ full: [Float], columnCount: Int) -> [Float] {
        stride(from: 0, to: full.count / columnCount, by: rows).flatMap { row in
            stride(from: 0, to: columnCount, by: columns).map { full[row * columnCount + $0] }
        }
    }
}

extension UnsafeRawBufferPointer {
    fileprivate func loadAll<T: BinaryInteger & BitwiseCopyable>(_ type: T.Type) -> [Int] {
        let size = MemoryLayout<T>.size
        return (0..<count / size).map { Int(loadUnaligned(fromByteOffset: $0 * size, as: T.self)) }
    }
}
