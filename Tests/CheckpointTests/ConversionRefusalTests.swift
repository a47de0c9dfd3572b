import Foundation
import SystemPackage
import Testing

@testable import Checkpoint

@Suite("Refused conversions")
struct ConversionRefusalTests {
    let source = try! TemporaryDirectory()
    let work = try! TemporaryDirectory()
    var destination: FilePath { work.file("int8") }

    func convert(to place: FilePath? = nil) throws {
        try Converter(source: source.path, destination: place ?? destination).run()
    }

    @Test("a destination with other files is left alone")
    func notEmpty() throws {
        try TinyModel.write(to: source)
        try work.write("mine".utf8, to: "notes.txt")
        #expect(throws: ConversionError.destinationNotEmpty(path: work.path.string, found: "notes.txt")) {
            try convert(to: work.path)
        }
        #expect(try tree(work.path).keys.sorted() == ["notes.txt"])
    }

    @Test("a strange file beside an interrupted conversion stops it")
    func strangerBesideOurs() throws {
        try TinyModel.write(to: source)
        #expect(throws: ConversionError.self) {
            try Converter(source: source.path, destination: destination).run(isCancelled: { true })
        }
        try Data("mine".utf8).write(to: URL(filePath: destination.appending("config.json").string))
        #expect(throws: ConversionError.destinationNotEmpty(path: destination.string, found: "config.json")) {
            try convert()
        }
        #expect(try contents(destination.appending("config.json")) == Data("mine".utf8))
    }

    @Test("the source itself, under any name, is no destination")
    func sameDirectory() throws {
        try TinyModel.write(to: source)
        let link = work.file("link")
        try FileManager.default.createSymbolicLink(atPath: link.string, withDestinationPath: source.path.string)
        for place in [source.path, source.path.appending("."), link] {
            #expect(throws: ConversionError.sameDirectory(path: place.string)) { try convert(to: place) }
        }
    }

    @Test("a converted model is not converted again")
    func alreadyQuantized() throws {
        try TinyModel.write(to: source)
        try convert()
        #expect(throws: ConversionError.alreadyQuantized(source: destination.string)) {
            try Converter(source: destination, destination: work.file("again")).run()
        }
        #expect(!work.file("again").exists)
    }

    @Test("a tensor that the configuration needs and the weights lack is named before anything is written")
    func missingTensor() throws {
        let name = "thinker.model.layers.0.mlp.experts.2.up_proj.weight"
        try TinyModel.write(to: source, without: name)
        #expect(throws: CheckpointError.missingTensor(name: name, path: source.path.string)) { try convert() }
        #expect(!destination.exists)
    }

    @Test("a NaN among the weights is named with its row")
    func notFinite() throws {
        let name = "thinker.model.layers.0.self_attn.k_proj.weight"
        try TinyModel.write(to: source, spoiling: name)
        #expect(throws: ConversionError.notFinite(tensor: name, row: 1)) { try convert() }
        #expect(!destination.appending("config.json").exists)
    }

    @Test("a source that is not there is named")
    func missingSource() {
        let nowhere = work.file("nowhere")
        #expect(throws: CheckpointError.missingFile(path: nowhere.string)) {
            try Converter(source: nowhere, destination: destination).run()
        }
    }

    @Test("every refusal is one line that names the place")
    func descriptions() {
        let errors: [ConversionError] = [
            .cancelled(destination: "/d"), .alreadyQuantized(source: "/d"), .sameDirectory(path: "/d"),
            .destinationNotEmpty(path: "/d", found: "a\nb"), .destinationBusy(path: "/d"),
            .notEnoughSpace(path: "/d", needed: 31_150_000_000, available: 2_090_000_000),
            .verificationFailed(path: "/d", reason: "tensor a is missing"),
        ]
        for error in errors { #expect(error.description.contains("/d") && !error.description.contains("\n")) }
        #expect(errors[5].description.contains("31.2 GB are needed, 2.0 GB are free"))
    }
}
