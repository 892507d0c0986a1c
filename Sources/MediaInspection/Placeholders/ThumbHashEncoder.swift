import Glibc
import MediaCore

/// Makes a ``ThumbHash``: the lowest frequencies of a picture, in a few bits each.
///
/// A port of the algorithm that Evan Wallace published under the MIT licence, in the same order of operations, so that the
/// same pixels give the same bytes. Source: https://github.com/evanw/thumbhash/blob/main/js/thumbhash.js
struct ThumbHashEncoder {
    /// More pixels a side are slow and no better.
    static let maximumSide = 100

    let width: Int
    let height: Int
    /// `width` x `height` x 4 bytes: red, green, blue, alpha, not premultiplied, row by row.
    let rgba: [UInt8]

    /// Nil when nothing of the picture can be seen, when it is too large, or when the bytes are not those of one.
    init?(width: Int, height: Int, rgba: [UInt8]) {
        guard (1...Self.maximumSide).contains(width), (1...Self.maximumSide).contains(height),
            rgba.count == width * height * 4,
            stride(from: 3, to: rgba.count, by: 4).contains(where: { rgba[$0] > 0 })
        else { return nil }
        self.width = width
        self.height = height
        self.rgba = rgba
    }

    /// The DC term, the AC terms from 0 to 1, and what these are to be multiplied with.
    private struct Channel {
        var constant = 0.0
        var varying: [Double] = []
        var scale = 0.0
    }

    var hash: ThumbHash? {
        let planes = self.planes
        let longer = Double(max(self.width, self.height))
        // Fewer bits for the luminance where the alpha channel needs some.
        let limit = planes.hasAlpha ? 5.0 : 7.0
        let lx = max(1, Int((limit * Double(self.width) / longer).rounded()))
        let ly = max(1, Int((limit * Double(self.height) / longer).rounded()))
        let l = self.encode(planes.luminance, max(3, lx), max(3, ly))
        let p = self.encode(planes.yellowBlue, 3, 3)
        let q = self.encode(planes.redGreen, 3, 3)
        let a = planes.hasAlpha ? self.encode(planes.alpha, 5, 5) : nil

        let isLandscape = self.width > self.height
        let header24 =
            Self.bits(63 * l.constant) | Self.bits(31.5 + 31.5 * p.constant) << 6
            | Self.bits(31.5 + 31.5 * q.constant) << 12 | Self.bits(31 * l.scale) << 18
            | (planes.hasAlpha ? 1 << 23 : 0)
        let header16 =
            (isLandscape ? ly : lx) | Self.bits(63 * p.scale) << 3 | Self.bits(63 * q.scale) << 9
            | (isLandscape ? 1 << 15 : 0)
        var bytes = [header24, header24 >> 8, header24 >> 16, header16, header16 >> 8].map {
            UInt8(truncatingIfNeeded: $0)
        }
        if let a { bytes.append(UInt8(truncatingIfNeeded: Self.bits(15 * a.constant) | Self.bits(15 * a.scale) << 4)) }
        var isHigh = false
        for term in l.varying + p.varying + q.varying + (a?.varying ?? []) {
            let nibble = UInt8(truncatingIfNeeded: Self.bits(15 * term) & 15)
            if isHigh { bytes[bytes.count - 1] |= nibble << 4 } else { bytes.append(nibble) }
            isHigh.toggle()
        }
        return ThumbHash(bytes: bytes)
    }

    private struct Planes {
        var luminance: [Double] = []
        var yellowBlue: [Double] = []
        var redGreen: [Double] = []
        var alpha: [Double] = []
        var hasAlpha = false
    }

    /// From RGBA to LPQA, on a background of the average colour.
    private var planes: Planes {
        let count = self.width * self.height
        var (red, green, blue, opacity) = (0.0, 0.0, 0.0, 0.0)
        for index in stride(from: 0, to: count * 4, by: 4) {
            let alpha = Double(self.rgba[index + 3]) / 255
            red += alpha / 255 * Double(self.rgba[index])
            green += alpha / 255 * Double(self.rgba[index + 1])
            blue += alpha / 255 * Double(self.rgba[index + 2])
            opacity += alpha
        }
        red /= opacity
        green /= opacity
        blue /= opacity
        var planes = Planes()
        planes.hasAlpha = opacity < Double(count)
        for index in stride(from: 0, to: count * 4, by: 4) {
            let alpha = Double(self.rgba[index + 3]) / 255
            let r = red * (1 - alpha) + alpha / 255 * Double(self.rgba[index])
            let g = green * (1 - alpha) + alpha / 255 * Double(self.rgba[index + 1])
            let b = blue * (1 - alpha) + alpha / 255 * Double(self.rgba[index + 2])
            planes.luminance.append((r + g + b) / 3)
            planes.yellowBlue.append((r + g) / 2 - b)
            planes.redGreen.append(r - g)
            planes.alpha.append(alpha)
        }
        return planes
    }

    /// The discrete cosine transform: `nx` x `ny` terms, of which the upper left half counts.
    private func encode(_ plane: [Double], _ nx: Int, _ ny: Int) -> Channel {
        var channel = Channel()
        let columns = (0..<nx).map { cx in Self.wave(frequency: cx, length: self.width) }
        plane.withUnsafeBufferPointer { plane in
            for cy in 0..<ny {
                let rows = Self.wave(frequency: cy, length: self.height)
                var cx = 0
                while cx * ny < nx * (ny - cy) {
                    let term = self.sum(plane, columns[cx], rows) / Double(self.width * self.height)
                    if cx == 0 && cy == 0 {
                        channel.constant = term
                    } else {
                        channel.varying.append(term)
                        channel.scale = max(channel.scale, abs(term))
                    }
                    cx += 1
                }
            }
        }
        if channel.scale > 0 {
            let scale = channel.scale
            channel.varying = channel.varying.map { 0.5 + 0.5 / scale * $0 }
        }
        return channel
    }

    private func sum(_ plane: UnsafeBufferPointer<Double>, _ columns: [Double], _ rows: [Double]) -> Double {
        columns.withUnsafeBufferPointer { columns in
            var (sum, index) = (0.0, 0)
            for row in rows {
                var x = 0
                while x < columns.count {
                    sum += plane[index] * columns[x] * row
                    index += 1
                    x += 1
                }
            }
            return sum
        }
    }

    private static func wave(frequency: Int, length: Int) -> [Double] {
        (0..<length).map { cos(Double.pi / Double(length) * Double(frequency) * (Double($0) + 0.5)) }
    }

    /// As JavaScript rounds: half upwards.
    private static func bits(_ value: Double) -> Int { Int((value + 0.5).rounded(.down)) }
}
