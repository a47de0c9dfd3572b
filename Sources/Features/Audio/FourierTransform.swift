import Foundation

/// Complex DFT of any length in double precision; mixed radix, self-sorting (Stockham), several signals side by side.
///
/// Lengths of factors 4 and 5 (Whisper's 400) take the written-out butterflies; other prime factors cost their square.
/// Swarztrauber, "FFT algorithms for vector computers", 1984.
struct FourierTransform: Sendable {
    /// One number of every signal.
    typealias Lanes = SIMD2<Double>

    struct Complex {
        var real: Lanes
        var imaginary: Lanes

        static let zero = Complex(real: .zero, imaginary: .zero)
    }

    /// exp(-2 pi i k / n).
    fileprivate struct Root: Sendable {
        var real: Double
        var imaginary: Double

        init(_ index: Int, of count: Int) {
            let angle = 2 * Double.pi * Double(index % count) / Double(count)
            real = cos(angle)
            imaginary = -sin(angle)
        }
    }

    /// One factor of the length: `groups` butterflies of `radix` points, each for `stride` neighbouring sub-transforms.
    private struct Pass: Sendable {
        var radix: Int
        var groups: Int
        var stride: Int
        /// `twiddles[group * radix + k]` multiplies output k.
        var twiddles: [Root]
        /// The DFT of `radix` points itself, for radices without a written-out butterfly.
        var roots: [Root]
    }

    let length: Int
    private let passes: [Pass]

    init(length: Int) {
        precondition(length > 0)
        self.length = length
        var passes: [Pass] = []
        var remaining = length
        var stride = 1
        for radix in Self.radices(of: length) {
            let groups = remaining / radix
            let twiddles = (0..<groups).flatMap { group in
                (0..<radix).map { Root(group * $0, of: remaining) }
            }
            let roots = (0..<radix).map { Root($0, of: radix) }
            passes.append(Pass(radix: radix, groups: groups, stride: stride, twiddles: twiddles, roots: roots))
            remaining = groups
            stride *= radix
        }
        self.passes = passes
    }

    private static func radices(of length: Int) -> [Int] {
        var radices: [Int] = []
        var rest = length
        for radix in [4, 5] {
            while rest.isMultiple(of: radix) {
                radices.append(radix)
                rest /= radix
            }
        }
        var factor = 2
        while rest > 1 {
            while rest.isMultiple(of: factor) {
                radices.append(factor)
                rest /= factor
            }
            factor += 1
        }
        return radices
    }

    /// Transforms the `length` values at `values`, using as many at `scratch`. Both are overwritten; the returned one of
    /// the two holds the spectrum in natural order.
    func callAsFunction(
        _ values: UnsafeMutablePointer<Complex>, scratch: UnsafeMutablePointer<Complex>
    ) -> UnsafeMutablePointer<Complex> {
        var (source, destination) = (values, scratch)
        for pass in passes {
            pass.twiddles.withUnsafeBufferPointer { twiddles in
                switch pass.radix {
                case 4: Self.radix4(pass, twiddles, source, destination)
                case 5: Self.radix5(pass, twiddles, source, destination)
                default: Self.anyRadix(pass, twiddles, source, destination)
                }
            }
            swap(&source, &destination)
        }
        return source
    }
}

// MARK: - Butterflies

extension FourierTransform {
    private static func radix4(
        _ pass: Pass, _ twiddles: UnsafeBufferPointer<Root>, _ source: UnsafeMutablePointer<Complex>,
        _ destination: UnsafeMutablePointer<Complex>
    ) {
        let stride = pass.stride
        let leg = stride &* pass.groups
        for group in 0..<pass.groups {
            let twiddle = twiddles.baseAddress! + group &* 4
            let (w1, w2, w3) = (twiddle[1], twiddle[2], twiddle[3])
            let input = source + group &* stride
            let output = destination + group &* stride &* 4
            for k in 0..<stride {
                let (a, b) = (input[k], input[k &+ leg])
                let (c, d) = (input[k &+ 2 &* leg], input[k &+ 3 &* leg])
                let (even, evenDifference) = (a + c, a - c)
                let (odd, oddDifference) = (b + d, (b - d).timesMinusI)
                output[k] = even + odd
                output[k &+ stride] = (evenDifference + oddDifference).rotated(by: w1)
                output[k &+ 2 &* stride] = (even - odd).rotated(by: w2)
                output[k &+ 3 &* stride] = (evenDifference - oddDifference).rotated(by: w3)
            }
        }
    }

    private static func radix5(
        _ pass: Pass, _ twiddles: UnsafeBufferPointer<Root>, _ source: UnsafeMutablePointer<Complex>,
        _ destination: UnsafeMutablePointer<Complex>
    ) {
        let (c1, c2) = (pass.roots[1].real, pass.roots[2].real)
        let (s1, s2) = (-pass.roots[1].imaginary, -pass.roots[2].imaginary)
        let stride = pass.stride
        let leg = stride &* pass.groups
        for group in 0..<pass.groups {
            let twiddle = twiddles.baseAddress! + group &* 5
            let (w1, w2, w3, w4) = (twiddle[1], twiddle[2], twiddle[3], twiddle[4])
            let input = source + group &* stride
            let output = destination + group &* stride &* 5
            for k in 0..<stride {
                let a = input[k]
                let (b, c) = (input[k &+ leg], input[k &+ 2 &* leg])
                let (d, e) = (input[k &+ 3 &* leg], input[k &+ 4 &* leg])
                // Outputs 1 and 4, and 2 and 3, share their even and odd halves.
                let (outer, inner) = (b + e, c + d)
                let (outerDifference, innerDifference) = (b - e, c - d)
                let even1 = a + outer.scaled(by: c1) + inner.scaled(by: c2)
                let even2 = a + outer.scaled(by: c2) + inner.scaled(by: c1)
                let odd1 = (outerDifference.scaled(by: s1) + innerDifference.scaled(by: s2)).timesMinusI
                let odd2 = (outerDifference.scaled(by: s2) - innerDifference.scaled(by: s1)).timesMinusI
                output[k] = a + outer + inner
                output[k &+ stride] = (even1 + odd1).rotated(by: w1)
                output[k &+ 2 &* stride] = (even2 + odd2).rotated(by: w2)
                output[k &+ 3 &* stride] = (even2 - odd2).rotated(by: w3)
                output[k &+ 4 &* stride] = (even1 - odd1).rotated(by: w4)
            }
        }
    }

    private static func anyRadix(
        _ pass: Pass, _ twiddles: UnsafeBufferPointer<Root>, _ source: UnsafeMutablePointer<Complex>,
        _ destination: UnsafeMutablePointer<Complex>
    ) {
        let (radix, stride) = (pass.radix, pass.stride)
        for group in 0..<pass.groups {
            for k in 0..<stride {
                for out in 0..<radix {
                    var sum = Complex.zero
                    for leg in 0..<radix {
                        let value = source[k + stride * (group + pass.groups * leg)]
                        sum = sum + value.rotated(by: pass.roots[out * leg % radix])
                    }
                    destination[k + stride * (group * radix + out)] = sum.rotated(by: twiddles[group * radix + out])
                }
            }
        }
    }
}

extension FourierTransform.Complex {
    fileprivate static func + (a: Self, b: Self) -> Self {
        Self(real: a.real + b.real, imaginary: a.imaginary + b.imaginary)
    }

    fileprivate static func - (a: Self, b: Self) -> Self {
        Self(real: a.real - b.real, imaginary: a.imaginary - b.imaginary)
    }

    fileprivate var timesMinusI: Self { Self(real: imaginary, imaginary: -real) }

    fileprivate func scaled(by factor: Double) -> Self {
        Self(real: real * factor, imaginary: imaginary * factor)
    }

    fileprivate func rotated(by root: FourierTransform.Root) -> Self {
        Self(
            real: real * root.real - imaginary * root.imaginary,
            imaginary: real * root.imaginary + imaginary * root.real)
    }
}
