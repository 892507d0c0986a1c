/// The point of a picture that a crop must keep, set by people.
package struct FocalPoint: Hashable, Sendable, Codable {
    /// From the left edge (0) to the right edge (1) of the upright picture.
    package let x: Double
    /// From the upper edge (0) to the lower edge (1) of the upright picture.
    package let y: Double

    /// Nil when the point is not in the picture, or is no number.
    package init?(x: Double, y: Double) {
        guard (0...1).contains(x), (0...1).contains(y) else { return nil }
        self.x = x
        self.y = y
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let (x, y) = (try container.decode(Double.self, forKey: .x), try container.decode(Double.self, forKey: .y))
        guard let point = FocalPoint(x: x, y: y) else {
            throw DecodingError.dataCorruptedError(forKey: .x, in: container, debugDescription: "outside the picture")
        }
        self = point
    }
}
