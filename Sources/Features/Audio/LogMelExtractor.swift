import Foundation

/// WhisperFeatureExtractor as Qwen3-Omni uses it: centred Hann frames, power spectrum, Slaney mel filters to 8 kHz,
/// log10 with a floor 8 below the clip's maximum, scaled to about [-1, 1.5].
///
/// Samples are mono at `sampleRate`, in [-1, 1], finite. Double precision inside: within 1e-4 of the reference, which is float32.
/// Radford et al., "Robust speech recognition via large-scale weak supervision", section 2.2.
public struct LogMelExtractor: Sendable {
    private static let framesAtOnce = 2 * FourierTransform.Lanes.scalarCount

    private let bins: Int
    private let fftLength: Int
    private let hop: Int
    private let window: [Double]
    private let transform: FourierTransform
    private let filterBank: MelFilterBank

    public init(bins: Int = 128, fftLength: Int = 400, hop: Int = 160, sampleRate: Int = 16_000) {
        self.bins = bins
        self.fftLength = fftLength
        self.hop = hop
        window = (0..<fftLength).map { 0.5 - 0.5 * cos(2 * Double.pi * Double($0) / Double(fftLength)) }
        transform = FourierTransform(length: fftLength)
        filterBank = MelFilterBank(
            count: bins, fftLength: fftLength, sampleRate: sampleRate, maximumFrequency: 8000)
    }

    /// All clips of one call: padded with zeros to the longest, as the reference does, then cut to the frames that begin
    /// inside the clip (at least one). One clip alone is not padded, and only whole hops of it count.
    /// Clips of fewer than 201 samples are padded with zeros to 201 (reflection needs them).
    public func callAsFunction(_ clips: [[Float]]) -> [LogMel] {
        let paddedLength = max(clips.map(\.count).max() ?? 0, fftLength / 2 + 1)
        return clips.map { logMel(of: $0, paddedLength: paddedLength) }
    }

    private func logMel(of clip: [Float], paddedLength: Int) -> LogMel {
        // The last STFT frame, centred on the end, is dropped: paddedLength / hop are left.
        let available = max(paddedLength / hop, 1)
        let frames = max(min((clip.count + hop - 1) / hop, available), 1)
        // Frames past the clip's end that still reach into it count for the maximum.
        let computed = min(available, frames + (fftLength / 2 + hop - 1) / hop + 1)

        let signal = reflected(clip, paddedLength: paddedLength, count: (computed - 1) * hop + fftLength)
        let logarithms = melPowers(of: signal, frames: computed).map { log10(max($0, 1e-10)) }
        let floor = (logarithms.max() ?? -10) - 8
        let values = [Float](unsafeUninitializedCapacity: bins * frames) { values, count in
            for bin in 0..<bins {
                for frame in 0..<frames {
                    values[bin * frames + frame] = (max(logarithms[bin * computed + frame], floor) + 4) / 4
                }
            }
            count = bins * frames
        }
        return LogMel(bins: bins, frames: frames, values: values)
    }

    /// The first `count` samples of the clip padded with zeros to `paddedLength` and then, by reflection, with half a
    /// frame on both sides.
    private func reflected(_ clip: [Float], paddedLength: Int, count: Int) -> [Float] {
        let margin = fftLength / 2
        return [Float](unsafeUninitializedCapacity: count) { signal, initialized in
            for index in 0..<count {
                var position = abs(index - margin)
                if position >= paddedLength { position = 2 * (paddedLength - 1) - position }
                signal[index] = position < clip.count ? clip[position] : 0
            }
            initialized = count
        }
    }

    /// Filtered power spectra, `[bin][frame]`. Frame i begins at sample i * hop of `signal`.
    private func melPowers(of signal: [Float], frames: Int) -> [Float] {
        [Float](unsafeUninitializedCapacity: bins * frames) { powers, initialized in
            let capacity = 2 * fftLength + fftLength / 2 + 1
            withUnsafeTemporaryAllocation(of: FourierTransform.Complex.self, capacity: capacity) { work in
                let values = work.baseAddress!
                let scratch = values + fftLength
                let spectrum = scratch + fftLength
                signal.withUnsafeBufferPointer { signal in
                    for first in stride(from: 0, to: frames, by: Self.framesAtOnce) {
                        load(signal, frame: first, of: frames, into: values)
                        separatePowers(transform(values, scratch: scratch), into: spectrum)
                        filter(spectrum, frame: first, of: frames, into: powers)
                    }
                }
            }
            initialized = bins * frames
        }
    }

    /// Two frames make one complex signal: of four frames the first two are the real parts, the others the imaginary ones.
    /// Past the last frame the last one is repeated.
    private func load(
        _ signal: UnsafeBufferPointer<Float>, frame first: Int, of frames: Int,
        into values: UnsafeMutablePointer<FourierTransform.Complex>
    ) {
        let begin = { (lane: Int) in signal.baseAddress! + min(first + lane, frames - 1) * hop }
        let (a, b, c, d) = (begin(0), begin(1), begin(2), begin(3))
        window.withUnsafeBufferPointer { window in
            for index in 0..<fftLength {
                values[index].real = SIMD2(Double(a[index]), Double(b[index])) * window[index]
                values[index].imaginary = SIMD2(Double(c[index]), Double(d[index])) * window[index]
            }
        }
    }

    /// Power spectra of both halves of the packed signal z = x + iy: X = (Z[k] + conj Z[-k]) / 2 and
    /// Y = (Z[k] - conj Z[-k]) / 2i.
    private func separatePowers(
        _ transformed: UnsafeMutablePointer<FourierTransform.Complex>,
        into powers: UnsafeMutablePointer<FourierTransform.Complex>
    ) {
        for bin in 0...fftLength / 2 {
            let value = transformed[bin]
            let mirrored = transformed[bin == 0 ? 0 : fftLength &- bin]
            let (sumReal, differenceReal) = (value.real + mirrored.real, value.real - mirrored.real)
            let sumImaginary = value.imaginary + mirrored.imaginary
            let differenceImaginary = value.imaginary - mirrored.imaginary
            powers[bin].real = (sumReal * sumReal + differenceImaginary * differenceImaginary) * 0.25
            powers[bin].imaginary = (sumImaginary * sumImaginary + differenceReal * differenceReal) * 0.25
        }
    }

    private func filter(
        _ spectrum: UnsafeMutablePointer<FourierTransform.Complex>, frame first: Int, of frames: Int,
        into powers: UnsafeMutableBufferPointer<Float>
    ) {
        let lanes = FourierTransform.Lanes.scalarCount
        filterBank.weights.withUnsafeBufferPointer { weights in
            for (bin, filter) in filterBank.filters.enumerated() {
                var sum = FourierTransform.Complex.zero
                var source = spectrum + filter.firstBin
                for index in filter.weights {
                    sum.real += source.pointee.real * weights[index]
                    sum.imaginary += source.pointee.imaginary * weights[index]
                    source += 1
                }
                let row = bin * frames
                for lane in 0..<min(Self.framesAtOnce, frames - first) {
                    let power = lane < lanes ? sum.real[lane] : sum.imaginary[lane - lanes]
                    powers[row + first + lane] = Float(power)
                }
            }
        }
    }
}
