/// How stored pixels must be turned to stand upright; raw values are those of EXIF's tag 0x0112 (1 to 8).
enum Orientation: Int, Sendable, CaseIterable {
    case upright = 1
    case mirrored = 2
    case rotated180 = 3
    case flipped = 4
    case transposed = 5
    /// To be rotated 90 degrees clockwise.
    case rotated90 = 6
    case transversed = 7
    /// To be rotated 90 degrees counter-clockwise.
    case rotated270 = 8

    /// Width and height change places.
    var swapsSides: Bool { rawValue >= 5 }

    /// The nearest right-angled turn of an ISO media display matrix, which takes a stored point (p, q) to
    /// (a p + c q, b p + d q); ISO/IEC 14496-12, 6.2.2. Translation and scale have no meaning here.
    init(displayMatrix matrix: [Int32]) {
        let (a, b, c, d) = (Int64(matrix[0]), Int64(matrix[1]), Int64(matrix[3]), Int64(matrix[4]))
        if abs(a) + abs(d) >= abs(b) + abs(c) {
            self.init(swapsSides: false, mirrorsX: a < 0, mirrorsY: d < 0)
        } else {
            self.init(swapsSides: true, mirrorsX: c < 0, mirrorsY: b < 0)
        }
    }

    /// Sides swapped first, then mirrored in the upright picture's own directions.
    init(swapsSides: Bool, mirrorsX: Bool, mirrorsY: Bool) {
        self =
            switch (swapsSides, mirrorsX, mirrorsY) {
            case (false, false, false): .upright
            case (false, true, false): .mirrored
            case (false, true, true): .rotated180
            case (false, false, true): .flipped
            case (true, false, false): .transposed
            case (true, true, false): .rotated90
            case (true, true, true): .transversed
            case (true, false, true): .rotated270
            }
    }

    private var mirrorsX: Bool { [.mirrored, .rotated180, .rotated90, .transversed].contains(self) }
    private var mirrorsY: Bool { [.rotated180, .flipped, .transversed, .rotated270].contains(self) }

    /// This turn followed by `next`.
    func followed(by next: Orientation) -> Orientation {
        let swapped = next.swapsSides
        return Orientation(
            swapsSides: swapsSides != swapped,
            mirrorsX: (swapped ? mirrorsY : mirrorsX) != next.mirrorsX,
            mirrorsY: (swapped ? mirrorsX : mirrorsY) != next.mirrorsY)
    }

    /// An upright picture of `width` x `height` stored RGB pixels whose rows begin `stride` bytes apart.
    func upright(_ source: UnsafePointer<UInt8>, stride: Int, width: Int, height: Int) -> RGBImage {
        let (outWidth, outHeight) = swapsSides ? (height, width) : (width, height)
        // Stored position of the upright picture's first pixel, and the steps to its right and lower neighbours.
        let stepAcross = swapsSides ? stride : 3
        let stepDown = swapsSides ? 3 : stride
        let first = (mirrorsX ? (outWidth - 1) * stepAcross : 0) + (mirrorsY ? (outHeight - 1) * stepDown : 0)
        let across = mirrorsX ? -stepAcross : stepAcross
        let down = mirrorsY ? -stepDown : stepDown
        let pixels = [UInt8](unsafeUninitializedCapacity: outWidth * outHeight * 3) { buffer, filled in
            guard var target = buffer.baseAddress else { return }
            for y in 0..<outHeight {
                var pixel = source + first + y * down
                if across == 3 {
                    target.update(from: pixel, count: outWidth * 3)
                    target += outWidth * 3
                    continue
                }
                for _ in 0..<outWidth {
                    target[0] = pixel[0]
                    target[1] = pixel[1]
                    target[2] = pixel[2]
                    target += 3
                    pixel += across
                }
            }
            filled = outWidth * outHeight * 3
        }
        return RGBImage(width: outWidth, height: outHeight, pixels: pixels)
    }
}

extension RGBImage {
    /// The picture turned upright.
    func turned(_ orientation: Orientation) -> RGBImage {
        if orientation == .upright { return self }
        return pixels.withUnsafeBufferPointer { stored in
            guard let source = stored.baseAddress else { return self }
            return orientation.upright(source, stride: width * 3, width: width, height: height)
        }
    }
}
