import MediaCore

/// The colour that most of a picture has.
///
/// Colours are counted in a cube of 16 x 16 x 16 cells; the fullest neighbourhood of 3 x 3 x 3 cells wins, so that a colour on
/// the edge of a cell is not split, and the average of the pixels in it is the answer. Pixels count as much as they are opaque.
enum DominantColor {
    private static let side = 16

    /// - Parameter rgba: 4 bytes a pixel, not premultiplied.
    /// - Returns: nil where nothing can be seen.
    static func of(rgba: [UInt8]) -> RGBColor? {
        var cells = [Cell](repeating: Cell(), count: self.side * self.side * self.side)
        for index in stride(from: 0, to: rgba.count - 3, by: 4) where rgba[index + 3] > 0 {
            let cell = self.index(Int(rgba[index]) / 16, Int(rgba[index + 1]) / 16, Int(rgba[index + 2]) / 16)
            cells[cell].add(rgba[index], rgba[index + 1], rgba[index + 2], weight: Int(rgba[index + 3]))
        }
        // Only around cells that have something: of several equal ones, the first.
        var best = Cell()
        for red in 0..<self.side {
            for green in 0..<self.side {
                for blue in 0..<self.side where cells[self.index(red, green, blue)].weight > 0 {
                    let sum = self.neighbourhood(red, green, blue, in: cells)
                    if sum.weight > best.weight { best = sum }
                }
            }
        }
        return best.average
    }

    private struct Cell {
        var weight = 0
        var red = 0
        var green = 0
        var blue = 0

        mutating func add(_ red: UInt8, _ green: UInt8, _ blue: UInt8, weight: Int) {
            self.weight += weight
            self.red += Int(red) * weight
            self.green += Int(green) * weight
            self.blue += Int(blue) * weight
        }

        mutating func add(_ other: Cell) {
            self.weight += other.weight
            self.red += other.red
            self.green += other.green
            self.blue += other.blue
        }

        var average: RGBColor? {
            guard self.weight > 0 else { return nil }
            func channel(_ sum: Int) -> UInt8 { UInt8(clamping: (sum + self.weight / 2) / self.weight) }
            return RGBColor(red: channel(self.red), green: channel(self.green), blue: channel(self.blue))
        }
    }

    private static func index(_ red: Int, _ green: Int, _ blue: Int) -> Int {
        (red * self.side + green) * self.side + blue
    }

    private static func neighbourhood(_ red: Int, _ green: Int, _ blue: Int, in cells: [Cell]) -> Cell {
        var sum = Cell()
        for r in max(0, red - 1)...min(self.side - 1, red + 1) {
            for g in max(0, green - 1)...min(self.side - 1, green + 1) {
                for b in max(0, blue - 1)...min(self.side - 1, blue + 1) { sum.add(cells[self.index(r, g, b)]) }
            }
        }
        return sum
    }
}
