import CFFmpeg

/// The share of every channel in the mono mix.
///
/// By channel name: centre 0.71, front left and right 0.5 each, surround and height channels 0.35, no LFE (the weights
/// of a stereo downmix by ITU-R BS.775, averaged), scaled to a sum of 1 so that full scale cannot clip. Without names
/// every channel counts the same.
struct Downmix: Equatable {
    let gains: [Float]

    init(_ layout: AVChannelLayout) {
        var layout = layout
        let count = Int(layout.nb_channels)
        guard layout.order != AV_CHANNEL_ORDER_AMBISONIC else {
            // The first ambisonic component is the sound from everywhere.
            self.init(weights: (0..<count).map { $0 == 0 ? 1 : 0 })
            return
        }
        var weights: [Double?] = []
        for index in 0..<count {
            let channel = av_channel_layout_channel_from_index(&layout, UInt32(index))
            weights.append(Self.weights[channel.rawValue])
        }
        self.init(weights: layout.order == AV_CHANNEL_ORDER_UNSPEC ? [Double?](repeating: nil, count: count) : weights)
    }

    /// `weights`: nil for a channel without a known name.
    private init(weights: [Double?]) {
        let known = weights.compactMap { $0 }
        let sum = known.reduce(0, +)
        if known.count == weights.count, sum > 0 {
            gains = known.map { Float($0 / sum) }
        } else {
            gains = [Float](repeating: 1 / Float(max(1, weights.count)), count: weights.count)
        }
    }

    private static let weights: [Int32: Double] = {
        let groups: [(Double, [AVChannel])] = [
            (0.5.squareRoot(), [AV_CHAN_FRONT_CENTER]),
            (
                0.5,
                [
                    AV_CHAN_FRONT_LEFT, AV_CHAN_FRONT_RIGHT, AV_CHAN_FRONT_LEFT_OF_CENTER,
                    AV_CHAN_FRONT_RIGHT_OF_CENTER, AV_CHAN_STEREO_LEFT, AV_CHAN_STEREO_RIGHT,
                ]
            ),
            (
                0.125.squareRoot(),
                [
                    AV_CHAN_BACK_LEFT, AV_CHAN_BACK_RIGHT, AV_CHAN_BACK_CENTER, AV_CHAN_SIDE_LEFT, AV_CHAN_SIDE_RIGHT,
                    AV_CHAN_TOP_CENTER, AV_CHAN_TOP_FRONT_LEFT, AV_CHAN_TOP_FRONT_CENTER, AV_CHAN_TOP_FRONT_RIGHT,
                    AV_CHAN_TOP_BACK_LEFT, AV_CHAN_TOP_BACK_CENTER, AV_CHAN_TOP_BACK_RIGHT, AV_CHAN_WIDE_LEFT,
                    AV_CHAN_WIDE_RIGHT, AV_CHAN_SURROUND_DIRECT_LEFT, AV_CHAN_SURROUND_DIRECT_RIGHT,
                    AV_CHAN_TOP_SIDE_LEFT, AV_CHAN_TOP_SIDE_RIGHT, AV_CHAN_BOTTOM_FRONT_CENTER,
                    AV_CHAN_BOTTOM_FRONT_LEFT, AV_CHAN_BOTTOM_FRONT_RIGHT,
                ]
            ),
            (0, [AV_CHAN_LOW_FREQUENCY, AV_CHAN_LOW_FREQUENCY_2]),
        ]
        return Dictionary(uniqueKeysWithValues: groups.flatMap { group in group.1.map { ($0.rawValue, group.0) } })
    }()

    /// Mixes the samples of `frame` from number `skipped` on, in any sample format, to mono in [-1, 1].
    func mix(_ frame: UnsafePointer<AVFrame>, skipping skipped: Int, into mono: inout [Float]) {
        let raw = frame.pointee
        mono.removeAll(keepingCapacity: true)
        mono.append(contentsOf: repeatElement(0, count: max(0, Int(raw.nb_samples) - skipped)))
        guard let planes = raw.extended_data else { return }
        for (channel, gain) in gains.enumerated() where gain != 0 {
            let input = Input(planes, channel: channel, channels: gains.count, skipped: skipped)
            switch AVSampleFormat(raw.format) {
            case AV_SAMPLE_FMT_U8: input.add(UInt8.self, true, into: &mono) { (Float($0) - 128) * (gain / 128) }
            case AV_SAMPLE_FMT_U8P: input.add(UInt8.self, false, into: &mono) { (Float($0) - 128) * (gain / 128) }
            case AV_SAMPLE_FMT_S16: input.add(Int16.self, true, into: &mono) { Float($0) * (gain / 32768) }
            case AV_SAMPLE_FMT_S16P: input.add(Int16.self, false, into: &mono) { Float($0) * (gain / 32768) }
            case AV_SAMPLE_FMT_S32: input.add(Int32.self, true, into: &mono) { Float($0) * (gain / 2_147_483_648) }
            case AV_SAMPLE_FMT_S32P: input.add(Int32.self, false, into: &mono) { Float($0) * (gain / 2_147_483_648) }
            case AV_SAMPLE_FMT_S64: input.add(Int64.self, true, into: &mono) { Float($0) * (gain * 0x1p-63) }
            case AV_SAMPLE_FMT_S64P: input.add(Int64.self, false, into: &mono) { Float($0) * (gain * 0x1p-63) }
            case AV_SAMPLE_FMT_FLT: input.add(Float.self, true, into: &mono) { $0 * gain }
            case AV_SAMPLE_FMT_FLTP: input.add(Float.self, false, into: &mono) { $0 * gain }
            case AV_SAMPLE_FMT_DBL: input.add(Double.self, true, into: &mono) { Float($0) * gain }
            case AV_SAMPLE_FMT_DBLP: input.add(Double.self, false, into: &mono) { Float($0) * gain }
            default: return
            }
        }
    }

    /// One channel of a frame, interleaved with the others or in a plane of its own.
    private struct Input {
        let planes: UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>
        let channel: Int
        let channels: Int
        let skipped: Int

        init(
            _ planes: UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>, channel: Int, channels: Int, skipped: Int
        ) {
            (self.planes, self.channel, self.channels, self.skipped) = (planes, channel, channels, skipped)
        }

        @inline(__always)
        func add<Sample>(
            _: Sample.Type, _ isInterleaved: Bool, into mono: inout [Float], _ value: (Sample) -> Float
        ) {
            guard let plane = planes[isInterleaved ? 0 : channel] else { return }
            let step = isInterleaved ? channels : 1
            plane.withMemoryRebound(to: Sample.self, capacity: (skipped + mono.count) * step) { samples in
                var sample = samples + skipped * step + (isInterleaved ? channel : 0)
                mono.withUnsafeMutableBufferPointer { mono in
                    for index in mono.indices {
                        mono[index] += value(sample.pointee)
                        sample += step
                    }
                }
            }
        }
    }
}
