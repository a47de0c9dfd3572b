import CFFmpeg
import CFFmpegSupport

/// Mono float to 16 kHz by libswresample; sound that has the rate already passes untouched.
final class Resampler {
    let rate: Int
    private var context: OpaquePointer?
    /// Samples put in and taken out since the last flush.
    private var taken = 0
    private var given = 0

    init(rate: Int) throws(MediaError) {
        self.rate = rate
        guard rate != AudioReader.sampleRate else { return }
        var mono = AVChannelLayout()
        av_channel_layout_default(&mono, 1)
        var alsoMono = mono
        let status = swr_alloc_set_opts2(
            &context, &mono, AV_SAMPLE_FMT_FLT, Int32(AudioReader.sampleRate), &alsoMono, AV_SAMPLE_FMT_FLT,
            Int32(rate),
            0, nil)
        guard status >= 0, swr_init(context) >= 0 else {
            throw .undecodable(reason: "its sound at \(rate) Hz cannot be converted to 16 kHz")
        }
    }

    deinit { swr_free(&context) }

    /// Appends what `samples` become to `output`; some of it comes only with later samples.
    func convert(_ samples: [Float], into output: inout [Float]) {
        guard context != nil else {
            output += samples
            return
        }
        taken += samples.count
        samples.withUnsafeBufferPointer { convert($0, into: &output) }
    }

    /// Appends what is still inside, so that n samples have become round(n * 16000 / rate), and starts anew.
    func flush(into output: inout [Float]) {
        guard context != nil, taken > 0 else { return }
        let total = (taken * AudioReader.sampleRate * 2 + rate) / (rate * 2)
        while given < total {
            let before = given
            convert(nil, into: &output)
            if given == before { break }
        }
        if given > total { output.removeLast(min(given - total, output.count)) }
        swr_close(context)
        swr_init(context)
        (taken, given) = (0, 0)
    }

    private func convert(_ samples: UnsafeBufferPointer<Float>?, into output: inout [Float]) {
        let count = Int32(samples?.count ?? 0)
        let room = max(swr_get_out_samples(context, count), 0) + 32
        let piece = [Float](unsafeUninitializedCapacity: Int(room)) { piece, filled in
            piece.withMemoryRebound(to: UInt8.self) { bytes in
                var target: UnsafeMutablePointer<UInt8>? = bytes.baseAddress
                guard let samples else {
                    filled = Int(max(0, swr_convert(context, &target, room, nil, 0)))
                    return
                }
                samples.withMemoryRebound(to: UInt8.self) { input in
                    var source: UnsafePointer<UInt8>? = input.baseAddress
                    filled = Int(max(0, swr_convert(context, &target, room, &source, count)))
                }
            }
        }
        given += piece.count
        output += piece
    }
}
