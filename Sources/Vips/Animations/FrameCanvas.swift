import MediaCore

/// The canvas that the frames of an animation are drawn on, as browsers have it: transparent until something covers it.
///
/// Sources: GIF89a section 23 (disposal), PNG, third edition, section 11.3.6 (`dispose_op` and `blend_op`).
struct FrameCanvas {
    /// What becomes of a frame's place after it was shown.
    enum Disposal: Sendable {
        case keep
        /// Transparent, not the colour that GIF calls background: no browser paints that.
        case clear
        /// What was there before; before the first frame that is nothing.
        case restore
    }

    /// Where a frame lies; parts outside of the canvas are not seen.
    struct Place: Sendable {
        var left: Int
        var top: Int
        var width: Int
        var height: Int
    }

    let size: PixelSize
    /// Red, green, blue, alpha, not premultiplied, row by row.
    private(set) var pixels: [UInt8]

    init(size: PixelSize) {
        self.size = size
        self.pixels = [UInt8](repeating: 0, count: size.pixels * 4)
    }

    /// Draws a frame and hands the canvas to `body`, then disposes of the frame.
    /// - Parameters:
    ///   - rgba: `place.width` x `place.height` pixels of four bytes.
    ///   - isBlended: lays it over what is there; else it replaces it, transparent parts too.
    mutating func show<Value>(
        _ rgba: [UInt8],
        at place: Place,
        isBlended: Bool,
        disposal: Disposal,
        _ body: ([UInt8]) throws(VipsFailure) -> Value
    ) throws(VipsFailure) -> Value {
        let before = disposal == .restore ? self.pixels : []
        self.eachRow(of: place) { pixels, target, source, count in
            for pixel in 0..<count {
                let (from, to) = (source + 4 * pixel, target + 4 * pixel)
                if isBlended, rgba[from + 3] < 255 {
                    Self.blend(rgba, from, into: &pixels, to)
                } else {
                    for channel in 0..<4 { pixels[to + channel] = rgba[from + channel] }
                }
            }
        }
        let value = try body(self.pixels)
        switch disposal {
        case .keep: break
        case .restore: self.pixels = before
        case .clear:
            self.eachRow(of: place) { pixels, target, _, count in
                for byte in target..<target + 4 * count { pixels[byte] = 0 }
            }
        }
        return value
    }

    /// Calls `body` with the place of each visible row: in the canvas, in the frame, and its pixels.
    private mutating func eachRow(of place: Place, _ body: (inout [UInt8], Int, Int, Int) -> Void) {
        let (left, right) = (max(0, place.left), min(self.size.width, place.left + place.width))
        guard left < right else { return }
        for row in max(0, place.top)..<max(0, place.top, min(self.size.height, place.top + place.height)) {
            let source = 4 * ((row - place.top) * place.width + left - place.left)
            body(&self.pixels, 4 * (row * self.size.width + left), source, right - left)
        }
    }

    /// Over, for pixels that are not premultiplied (PNG, third edition, section 13.16).
    private static func blend(_ rgba: [UInt8], _ from: Int, into pixels: inout [UInt8], _ to: Int) {
        let alpha = Int(rgba[from + 3])
        guard alpha > 0 else { return }
        let below = Int(pixels[to + 3]) * (255 - alpha)
        let sum = alpha * 255 + below
        for channel in 0..<3 {
            let mixed = Int(rgba[from + channel]) * alpha * 255 + Int(pixels[to + channel]) * below
            pixels[to + channel] = UInt8(truncatingIfNeeded: (mixed + sum / 2) / sum)
        }
        pixels[to + 3] = UInt8(truncatingIfNeeded: (sum + 127) / 255)
    }
}
