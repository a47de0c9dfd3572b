import Checkpoint
import Engine
import Features
import Media

/// The media of a case as features, from the kit's decoded pixels and sounds.
struct CaseInputs {
    let media: [MediaFeatures]

    /// A medium before its sound is known: clips of one prompt are padded together, so they come last.
    private enum Source {
        case image(VisionPatches)
        case video(VisionPatches, secondsPerGrid: Double, clip: Int?)
        case audio(clip: Int)
    }

    init(_ golden: GoldenCase, kit: GoldenKit, preprocessor: PreprocessorConfiguration) throws {
        let description = golden.description
        let vision = VisionPreprocessor(
            patchSize: preprocessor.patchSize, temporalPatchSize: preprocessor.temporalPatchSize,
            mergeSize: preprocessor.mergeSize, mean: preprocessor.mean,
            standardDeviation: preprocessor.standardDeviation)
        // Files stand in no particular order: each part takes the next one of its kind.
        var files = description.files
        func nextFile(_ kind: String) throws -> String {
            guard let index = files.firstIndex(where: { Self.kind(of: $0) == kind }) else {
                throw ParityError("\(golden.name): no \(kind) file is left for the conversation's \(kind)")
            }
            return files.remove(at: index)
        }
        var clips: [[Float]] = []
        func addClip() throws -> Int {
            let reader = try AudioReader(kit.media(try nextFile("audio")))
            // A second more than the header says: the samples decide where the sound ends.
            let seconds = Int(reader.info.duration.rounded(.up)) + 1
            clips.append(try reader.read(from: 0, count: seconds * AudioReader.sampleRate))
            return clips.count - 1
        }
        var sources: [Source] = []
        for part in description.conversation.flatMap(\.parts) {
            switch part.type {
            case "image":
                let budget = PixelBudget(minimum: preprocessor.minPixels, maximum: preprocessor.maxPixels)
                sources.append(.image(try vision.patches(image: try kit.image(try nextFile("image")), budget: budget)))
            case "video":
                let arguments = description.videosKwargs
                let budget = PixelBudget(
                    minimum: arguments?.size?.shortestEdge ?? preprocessor.videoMinPixels,
                    maximum: arguments?.size?.longestEdge ?? preprocessor.videoMaxPixels)
                let patches = try vision.patches(frames: try kit.frames(try nextFile("video")), budget: budget)
                // The reference's processor assumes 1 frame a second unless it is told.
                let seconds = Double(preprocessor.temporalPatchSize) / (arguments?.fps ?? 1)
                let clip = description.useAudioInVideo ? try addClip() : nil
                sources.append(.video(patches, secondsPerGrid: seconds, clip: clip))
            case "audio":
                sources.append(.audio(clip: try addClip()))
            default:
                break
            }
        }
        let mels = LogMelExtractor(
            bins: preprocessor.melBins, fftLength: preprocessor.fftLength, hop: preprocessor.hop,
            sampleRate: preprocessor.sampleRate)(clips)
        media = sources.map { source in
            switch source {
            case .image(let patches): .image(patches)
            case .video(let patches, let seconds, nil): .video(patches, secondsPerGrid: seconds)
            case .video(let patches, let seconds, let clip?):
                .videoWithAudio(patches, secondsPerGrid: seconds, mels[clip])
            case .audio(let clip): .audio(mels[clip])
            }
        }
    }

    private static func kind(of file: String) -> String {
        switch file.split(separator: ".").last {
        case "wav", "mp3", "flac": "audio"
        case "mp4", "mkv", "webm": "video"
        default: "image"
        }
    }

    var logMels: [LogMel] {
        media.compactMap {
            switch $0 {
            case .audio(let mel), .videoWithAudio(_, _, let mel): mel
            case .image, .video: nil
            }
        }
    }

    var images: [VisionPatches] {
        media.compactMap { if case .image(let patches) = $0 { patches } else { nil } }
    }

    var videos: [VisionPatches] {
        media.compactMap {
            switch $0 {
            case .video(let patches, _), .videoWithAudio(let patches, _, _): patches
            case .image, .audio: nil
            }
        }
    }
}

extension GoldenKit {
    /// The pixels that the goldens used; decoded here where the kit does not hold them.
    func image(_ name: String) throws -> RGBImage {
        if let table = try decodedPixels("decoded_images.safetensors"), table.contains(name) {
            return pictures(try table.tensor(name))[0]
        }
        return try StillImage.decode(media(name)).image
    }

    func frames(_ name: String) throws -> [RGBImage] {
        guard let table = try decodedPixels("decoded_video_frames.safetensors") else {
            throw ParityError("\(directory): media/decoded_video_frames.safetensors is missing")
        }
        return pictures(try table.tensor(name))
    }

    /// [height, width, 3] or [frames, height, width, 3].
    func pictures(_ tensor: Tensor) -> [RGBImage] {
        let (height, width) = (tensor.shape[tensor.shape.count - 3], tensor.shape[tensor.shape.count - 2])
        let size = height * width * 3
        return (0..<tensor.bytes.count / size).map {
            RGBImage(width: width, height: height, pixels: Array(tensor.bytes[$0 * size..<($0 + 1) * size]))
        }
    }
}
