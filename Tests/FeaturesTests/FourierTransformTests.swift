import Foundation
import Testing

@testable import Features

@Suite("Fourier transform")
struct FourierTransformTests {
    @Test("any length agrees with the sum that defines it", arguments: [1, 2, 3, 4, 5, 7, 12, 25, 26, 80, 400, 512])
    func definition(length: Int) {
        let lanes = FourierTransform.Lanes.scalarCount
        let noise = Synthetic.noise(count: 2 * lanes * length, seed: length).map { Double($0) / 32768 - 1 }
        let signal = (0..<length).map { index in
            var value = FourierTransform.Complex.zero
            for lane in 0..<lanes {
                value.real[lane] = noise[(2 * lane) * length + index]
                value.imaginary[lane] = noise[(2 * lane + 1) * length + index]
            }
            return value
        }
        var values = signal
        var scratch = signal
        let spectrum = values.withUnsafeMutableBufferPointer { values in
            scratch.withUnsafeMutableBufferPointer { scratch in
                let result = FourierTransform(length: length)(values.baseAddress!, scratch: scratch.baseAddress!)
                return Array(UnsafeBufferPointer(start: result, count: length))
            }
        }
        for (frequency, value) in spectrum.enumerated() {
            for lane in 0..<lanes {
                var (real, imaginary) = (0.0, 0.0)
                for (index, sample) in signal.enumerated() {
                    let angle = -2 * Double.pi * Double(index * frequency % length) / Double(length)
                    real += sample.real[lane] * cos(angle) - sample.imaginary[lane] * sin(angle)
                    imaginary += sample.real[lane] * sin(angle) + sample.imaginary[lane] * cos(angle)
                }
                #expect(abs(value.real[lane] - real) < 1e-11, "bin \(frequency)")
                #expect(abs(value.imaginary[lane] - imaginary) < 1e-11, "bin \(frequency)")
            }
        }
    }
}
