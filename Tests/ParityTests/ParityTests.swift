import Foundation
import Parity
import SystemPackage
import Testing

private let kit = FilePath(#filePath).removingLastComponent().removingLastComponent().appending("Fixtures/kit")

@Suite("Parity with the reference")
struct ParityTests {
    @Test("every case of the fixture kit is within bounds")
    func fixtureKit() throws {
        var cases = 0
        let passed = try ParityRun(kit: kit, threads: 2).run { report in
            cases += 1
            #expect(report.passed, "\(report.line)")
        }
        #expect(passed)
        #expect(cases >= 20)
    }

    @Test("a kit whose goldens are off by one token fails")
    func wrongGolden() throws {
        let copy = FilePath(NSTemporaryDirectory()).appending("kit-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(atPath: copy.string) }
        try FileManager.default.copyItem(atPath: kit.string, toPath: copy.string)
        let goldens = copy.appending("goldens")
        for name in try FileManager.default.contentsOfDirectory(atPath: goldens.string)
        where !name.hasPrefix("text.") {
            try FileManager.default.removeItem(atPath: goldens.appending(name).string)
        }
        let golden = goldens.appending("text.safetensors").string
        var bytes = try Data(contentsOf: URL(filePath: golden))
        let headerLength = bytes.prefix(8).enumerated().reduce(0) { $0 + Int($1.element) << (8 * $1.offset) }
        let header = try #require(
            try JSONSerialization.jsonObject(with: bytes[8..<8 + headerLength]) as? [String: [String: Any]])
        let offsets = try #require(header["input_ids"]?["data_offsets"] as? [Int])
        bytes[8 + headerLength + offsets[0]] ^= 1
        try bytes.write(to: URL(filePath: golden))
        var lines: [String] = []
        #expect(try ParityRun(kit: copy, threads: 1).run { lines.append($0.line) } == false)
        #expect(lines.contains { $0.hasPrefix("text") && $0.contains("FAILED") && $0.contains("!ids differ") })
    }

    @Test("a directory that is no kit is refused by name")
    func noKit() {
        let error = #expect(throws: ParityError.self) { try ParityRun(kit: "/nonexistent/kit") }
        #expect(error?.description.contains("/nonexistent/kit/goldens") == true)
    }
}
