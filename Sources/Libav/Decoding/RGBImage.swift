package import MediaCore

/// Pixels in memory: rows from the top, three bytes per pixel, red first, as sRGB.
package struct RGBImage: Sendable {
    /// Width and height in pixels.
    package var size: PixelSize
    /// `size.width * size.height * 3` bytes.
    package var bytes: [UInt8]

    package init(size: PixelSize, bytes: [UInt8]) {
        self.size = size
        self.bytes = bytes
    }

    /// One colour.
    package init(size: PixelSize, grey: UInt8) {
        self.init(size: size, bytes: [UInt8](repeating: grey, count: size.pixels * 3))
    }

    /// Turned and mirrored as EXIF's orientation 1...8 asks for.
    package func upright(_ orientation: Int) -> RGBImage {
        guard (2...8).contains(orientation) else { return self }
        let (width, height) = (self.size.width, self.size.height)
        let isOnItsSide = orientation >= 5
        let turned = PixelSize(width: isOnItsSide ? height : width, height: isOnItsSide ? width : height)
        let fromRight = [2, 3, 7, 8].contains(orientation)
        let fromBelow = [3, 4, 6, 7].contains(orientation)
        let bytes = [UInt8](unsafeUninitializedCapacity: self.bytes.count) { output, filled in
            for y in 0..<turned.height {
                for x in 0..<turned.width {
                    let (across, down) = isOnItsSide ? (y, x) : (x, y)
                    let column = fromRight ? width - 1 - across : across
                    let row = fromBelow ? height - 1 - down : down
                    let (source, target) = ((row * width + column) * 3, (y * turned.width + x) * 3)
                    output[target] = self.bytes[source]
                    output[target + 1] = self.bytes[source + 1]
                    output[target + 2] = self.bytes[source + 2]
                }
            }
            filled = self.bytes.count
        }
        return RGBImage(size: turned, bytes: bytes)
    }

    /// Puts a smaller image onto this one; what stands out is left away.
    package mutating func place(_ image: RGBImage, x: Int, y: Int) {
        guard x >= 0, y >= 0, x < self.size.width else { return }
        let width = min(image.size.width, self.size.width - x) * 3
        for row in 0..<image.size.height where y + row < self.size.height {
            let target = ((y + row) * self.size.width + x) * 3
            let source = row * image.size.width * 3
            self.bytes.replaceSubrange(target..<target + width, with: image.bytes[source..<source + width])
        }
    }
}
