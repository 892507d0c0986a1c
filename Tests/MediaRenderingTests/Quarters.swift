import MediaCore
import MediaRendering
import Testing

/// What the drawn pictures in `Fixtures/pictures` show: a colour in each quarter (`make.py`).
enum Quarters {
    static let places = [(0.2, 0.2), (0.8, 0.2), (0.2, 0.8), (0.8, 0.8)]
    static let colours = [[220, 40, 40, 255], [40, 200, 40, 255], [40, 40, 220, 255], [220, 220, 40, 255]]
    static let greys = [200, 120, 60, 20].map { [$0, $0, $0, 255] }
    /// Of those with transparency.
    static let alphas = [255, 255, 128, 0]
    /// The colours in Display P3, in sRGB: what lcms says of Apple's profile.
    static let displayP3 = [[240, 0, 21, 255], [0, 204, 0, 255], [40, 40, 229, 255], [220, 220, 0, 255]]

    /// The colours of the quarters of a rendition.
    static func of(
        _ path: String,
        _ type: MediaType,
        limits: ImageLimits = ImageLimits(maximumPixels: 50_000_000, maximumFrames: 100)
    ) throws -> (size: PixelSize, colours: [[Int]]) {
        let made = try Pictures.render(path, as: type, PictureRecipe(quality: 100, format: .png), limits: limits)
        let pixels = try Pictures.pixels(made.bytes, .png)
        let colours = Self.places.map { place in
            let (column, row) = (Int(place.0 * Double(made.size.width)), Int(place.1 * Double(made.size.height)))
            let start = 4 * (row * made.size.width + column)
            return pixels[start..<min(pixels.count, start + 4)].map { Int($0) }
        }
        return (made.size, colours)
    }

    static func near(_ found: [[Int]], _ right: [[Int]], _ most: Int) -> Bool {
        zip(found, right).allSatisfy { pair in
            // What cannot be seen has no colour.
            pair.0.count == 4 && pair.1.count == 4 && abs(pair.0[3] - pair.1[3]) <= most
                && (pair.1[3] == 0 || zip(pair.0, pair.1).allSatisfy { abs($0 - $1) <= most })
        }
    }
}
