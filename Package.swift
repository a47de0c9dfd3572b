// swift-tools-version: 6.1
import PackageDescription

let strict: [SwiftSetting] = [.swiftLanguageMode(.v6), .enableUpcomingFeature("ExistentialAny")]

let system: Target.Dependency = .product(name: "SystemPackage", package: "swift-system")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")

let package = Package(
    name: "nightreel",
    products: [.executable(name: "nightreel", targets: ["nightreel"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "3.12.3"),
        .package(url: "https://github.com/apple/swift-log", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-system", from: "1.4.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        .systemLibrary(
            name: "CFFmpeg", pkgConfig: "libavformat",
            providers: [.apt(["libavformat-dev", "libavcodec-dev", "libswscale-dev", "libswresample-dev"])]),
        .systemLibrary(name: "CTurboJPEG", pkgConfig: "libturbojpeg", providers: [.apt(["libturbojpeg0-dev"])]),
        .systemLibrary(name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
        .target(name: "CFFmpegSupport", dependencies: ["CFFmpeg"]),
        .target(name: "CKernels", linkerSettings: [.linkedLibrary("m"), .linkedLibrary("pthread")]),

        .target(
            name: "Media", dependencies: ["CFFmpeg", "CFFmpegSupport", "CTurboJPEG", system, logging],
            swiftSettings: strict),
        .target(name: "Features", dependencies: ["Media"], swiftSettings: strict),
        .target(name: "Tokenizer", dependencies: [system], swiftSettings: strict),
        .target(name: "Checkpoint", dependencies: ["CKernels", system, crypto], swiftSettings: strict),
        .target(
            name: "Engine",
            dependencies: ["CKernels", "COpenBLAS", "Features", "Tokenizer", "Checkpoint", system],
            swiftSettings: strict),
        .target(
            name: "Manifest", dependencies: [system, .product(name: "Yams", package: "Yams")], swiftSettings: strict),
        .target(name: "Archive", dependencies: [system, grdb], swiftSettings: strict),
        .target(
            name: "Pipeline",
            dependencies: [
                "Media", "Features", "Checkpoint", "Engine", "Manifest", "Archive", system, crypto, logging,
            ],
            swiftSettings: strict),
        .target(
            name: "Parity",
            dependencies: ["CKernels", "Media", "Features", "Tokenizer", "Checkpoint", "Engine", system],
            swiftSettings: strict),
        .executableTarget(
            name: "nightreel",
            dependencies: [
                "Pipeline", "Parity", "Tokenizer", "Checkpoint", "Engine", "Manifest", "Archive", logging, system,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict),

        .testTarget(name: "CKernelsTests", dependencies: ["CKernels"], swiftSettings: strict),
        .testTarget(
            name: "MediaTests", dependencies: ["Media", system, logging], swiftSettings: strict),
        .testTarget(name: "FeaturesTests", dependencies: ["Features"], swiftSettings: strict),
        .testTarget(name: "TokenizerTests", dependencies: ["Tokenizer", system], swiftSettings: strict),
        .testTarget(name: "CheckpointTests", dependencies: ["Checkpoint", system], swiftSettings: strict),
        .testTarget(
            name: "EngineTests", dependencies: ["Engine", "Checkpoint", "Features", system], swiftSettings: strict),
        .testTarget(name: "ParityTests", dependencies: ["Parity", system], swiftSettings: strict),
        .testTarget(
            name: "ManifestTests", dependencies: ["Manifest", system, .product(name: "Yams", package: "Yams")],
            swiftSettings: strict),
        .testTarget(name: "ArchiveTests", dependencies: ["Archive", system, grdb], swiftSettings: strict),
        .testTarget(name: "PipelineTests", dependencies: ["Pipeline", system], swiftSettings: strict),
        .testTarget(
            name: "CommandTests", dependencies: ["nightreel", system], exclude: ["Snapshots"], swiftSettings: strict),
    ]
)
