/// The point of a picture that a crop keeps as near to its middle as it can: fractions of the width and the height of the
/// upright picture, from the top left corner.
package struct FocalPoint: Hashable, Sendable, Codable {
    /// 0 (left edge) ... 1 (right edge).
    package let x: Double
    /// 0 (top edge) ... 1 (bottom edge).
    package let y: Double

    /// nil outside 0...1, and for what is no number.
    package init?(x: Double, y: Double) {
        guard (0...1).contains(x), (0...1).contains(y) else { return nil }
        self.x = x
        self.y = y
    }
}
