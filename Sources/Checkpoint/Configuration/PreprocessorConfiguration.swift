import SystemPackage

/// preprocessor_config.json: how pixels and samples become the encoders' inputs.
public struct PreprocessorConfiguration: Sendable, Equatable {
    /// Area limits of a resized image.
    public var minPixels, maxPixels: Int
    public var patchSize, temporalPatchSize, mergeSize: Int
    /// Per RGB channel, of values from 0 to 1.
    public var mean, standardDeviation: [Float]
    /// Samples per STFT and per hop, samples per second.
    public var melBins, fftLength, hop, sampleRate: Int
    /// The video processor's own limits where the file names them (`video_min_pixels`...), else 128*32*32 and 768*32*32.
    public var videoMinPixels, videoMaxPixels: Int

    public init(directory: FilePath) throws(CheckpointError) {
        let object = try ConfigurationObject(file: directory.appending("preprocessor_config.json"))
        let area = 1...1 << 30
        // Newer files spell the limits as a size of edges, which hold areas all the same.
        let size = try object.object("size")
        let edges = size?.has("shortest_edge") == true ? size : nil
        if let edges, !object.has("min_pixels") {
            minPixels = try edges.integer("shortest_edge", in: area)
            maxPixels = try edges.integer("longest_edge", in: area)
        } else {
            minPixels = try object.integer("min_pixels", in: area)
            maxPixels = try object.integer("max_pixels", in: area)
        }
        videoMinPixels = try object.integer("video_min_pixels", in: area, default: 128 * 32 * 32)
        videoMaxPixels = try object.integer("video_max_pixels", in: area, default: 768 * 32 * 32)
        for (field, least, most) in [
            ("max_pixels", minPixels, maxPixels), ("video_max_pixels", videoMinPixels, videoMaxPixels),
        ] where least > most {
            throw object.invalid(field, "is \(most), below the least area, \(least)")
        }

        patchSize = try object.integer("patch_size", in: 1...256)
        temporalPatchSize = try object.integer("temporal_patch_size", in: 1...16)
        mergeSize = try object.integer("merge_size", in: 1...16)
        mean = try Self.channels(object, "image_mean", in: -1000...1000)
        standardDeviation = try Self.channels(object, "image_std", in: 1e-6...1000)

        melBins = try object.integer("feature_size", in: 8...1024)
        fftLength = try object.integer("n_fft", in: 2...1 << 16)
        hop = try object.integer("hop_length", in: 1...fftLength)
        sampleRate = try object.integer("sampling_rate", in: 1000...384_000)
    }

    private static func channels(
        _ object: ConfigurationObject, _ field: String, in range: ClosedRange<Double>
    ) throws(CheckpointError) -> [Float] {
        let values = try object.numbers(field, in: range, atMost: 3)
        guard values.count == 3 else { throw object.invalid(field, "must have three numbers, one per channel") }
        return values.map { Float($0) }
    }
}
