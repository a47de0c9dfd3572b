import Engine
import Features
import Foundation
import Media

/// Everything before the encoders: tokens, positions, grids, log-mel, pixels.
func compareInputs(_ golden: GoldenCase, _ inputs: CaseInputs, _ prompt: PreparedPrompt, into report: inout CaseReport)
    throws
{
    report.add(Check("ids", equal: prompt.tokens == (try golden.integers("input_ids"))))
    let positions = prompt.positions.map(\.t) + prompt.positions.map(\.h) + prompt.positions.map(\.w)
    let delta = try golden.floats("rope_delta")
    report.add(
        Check("positions", equal: positions == (try golden.floats("position_ids")) && [prompt.ropeDelta] == delta))
    for (name, kind, patches) in [("image", "", inputs.images), ("video", "_videos", inputs.videos)]
    where !patches.isEmpty {
        let grids = patches.flatMap { [$0.grid.t, $0.grid.h, $0.grid.w] }
        report.add(Check("\(name)-grid", equal: grids == (try golden.integers("\(name)_grid_thw"))))
        if let pixels = try golden.strided("pixel_values\(kind)") {
            let columns = patches[0].values.count / patches[0].grid.patchCount
            let ours = pixels.select(patches.flatMap(\.values), columnCount: columns)
            report.add(Check("pixels", equal: ours == (try pixels.values)))
        }
    }
    if !inputs.logMels.isEmpty, let features = try golden.strided("input_features") {
        report.add(
            Check("log-mel", error: try melError(inputs.logMels, features, golden: golden), bound: 1e-4))
    }
}

/// Largest difference over the frames that count; the golden holds all clips padded to the longest.
private func melError(_ mels: [LogMel], _ features: StridedGolden, golden: GoldenCase) throws -> Double {
    let values = try features.values
    let mask = try golden.integers("feature_attention_mask")
    let frames = mask.count / mels.count
    var worst = 0.0
    for (clip, mel) in mels.enumerated() {
        guard mel.frames == mask[clip * frames..<(clip + 1) * frames].reduce(0, +) else { return .infinity }
        let columns = Array(stride(from: 0, to: frames, by: features.columns))
        for bin in 0..<mel.bins {
            for (index, frame) in columns.enumerated() where frame < mel.frames {
                let theirs = values[(clip * mel.bins + bin) * columns.count + index]
                worst = max(worst, Double(abs(mel.values[bin * mel.frames + frame] - theirs)))
            }
        }
    }
    return worst
}

/// The kit's media files decoded here against the reference's pixels: PNG equal, JPEG within one step, video equal.
func compareMedia(_ kit: GoldenKit) throws -> [CaseReport] {
    var reports: [CaseReport] = []
    if let table = try kit.decodedPixels("decoded_images.safetensors") {
        for name in table.tensorNames {
            var report = CaseReport(name)
            let theirs = kit.pictures(try table.tensor(name))[0]
            let ours = try StillImage.decode(kit.media(name)).image
            let isJPEG = name.hasSuffix(".jpg") || name.hasSuffix(".jpeg")
            report.add(stepCheck([ours], [theirs], bound: isJPEG ? 1 : 0))
            reports.append(report)
        }
    }
    if let table = try kit.decodedPixels("decoded_video_frames.safetensors") {
        for name in table.tensorNames {
            var report = CaseReport(name)
            let theirs = kit.pictures(try table.tensor(name))
            let reader = try VideoFrameReader(kit.media(name))
            let span = reader.info.duration / Double(theirs.count)
            let ours = try theirs.indices.compactMap { try reader.frame(at: (Double($0) + 0.5) * span)?.image }
            report.add(stepCheck(ours, theirs, bound: 0))
            reports.append(report)
        }
    }
    return reports
}

private func stepCheck(_ ours: [RGBImage], _ theirs: [RGBImage], bound: Int) -> Check {
    guard ours.count == theirs.count, zip(ours, theirs).allSatisfy({ $0.pixels.count == $1.pixels.count }) else {
        return Check("pixels", value: "other sizes", passed: false)
    }
    let worst = zip(ours, theirs).reduce(0) { worst, pair in
        zip(pair.0.pixels, pair.1.pixels).reduce(worst) { max($0, abs(Int($1.0) - Int($1.1))) }
    }
    return Check("pixels", value: worst == 0 ? "=" : "within \(worst)", passed: worst <= bound)
}
