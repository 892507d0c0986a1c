import FoundationEssentials
import MediaCore
import Testing

@testable import MediaInspection

@Suite("Placeholders")
struct PlaceholderTests {
    /// Pixels that the vectors below were made of.
    private static func pattern(_ width: Int, _ height: Int, alpha: Bool) -> [UInt8] {
        var pixels: [UInt8] = []
        for y in 0..<height {
            for x in 0..<width {
                let channels = [x * 5 + y * 3 + 20, x * x + y * 7, 200 + x - 2 * y, alpha ? x * 11 + y * 13 + 1 : 255]
                pixels += channels.map { UInt8(truncatingIfNeeded: $0) }
            }
        }
        return pixels
    }

    private static func fill(_ width: Int, _ height: Int, _ pixel: [UInt8]) -> [UInt8] {
        (0..<width * height).flatMap { _ in pixel }
    }

    private static func text(_ hash: ThumbHash?) -> String? { hash.map { Data($0.bytes).base64EncodedString() } }

    private static func text(_ placeholder: Placeholder) -> String? { self.text(placeholder.thumbHash) }

    /// What `rgbaToThumbHash` of js/thumbhash.js, commit a652ce6 of evanw/thumbhash, says of the same pixels.
    private static let vectors: [(Int, Int, Bool, String)] = [
        (100, 100, false, "oAcGPwJlZni/pmWVV2RoZXl2pwmllfoK"),
        (100, 40, false, "ZAYGM4JKCXe1NUd41gq6u8A="),
        (30, 90, false, "HwgKOgZ2b1eFl3aHeWCF+RM="),
        (64, 48, true, "ZAaCHIIIV3F7oGiG2AeWX3MrCouHqKJ4DQ=="),
        (20, 80, true, "4AeGIQYHhz8GmHiJYJRoAnV2G3BHyGE="),
        (100, 75, true, "IgeCFIAHNnrvhZBEuwzhT3qopxgYh3qQCA=="),
    ]

    @Test("the same pixels give the same bytes as the reference implementation", arguments: Self.vectors)
    func reference(width: Int, height: Int, alpha: Bool, expected: String) {
        let pixels = Self.pattern(width, height, alpha: alpha)
        #expect(Self.text(Placeholder(width: width, height: height, rgba: pixels)) == expected)
    }

    @Test("a hash has 17 to 25 bytes, whatever the shape")
    func lengths() {
        for (width, height) in [(1, 1), (2, 2), (100, 1), (1, 100), (7, 93), (100, 100)] {
            for alpha in [false, true] {
                let pixels = Self.pattern(width, height, alpha: alpha)
                let hash = Placeholder(width: width, height: height, rgba: pixels).thumbHash
                #expect((17...25).contains(hash?.bytes.count ?? 0), "\(width) x \(height) \(alpha)")
            }
        }
    }

    @Test("what cannot be seen, or is no picture, has none")
    func nothing() {
        let invisible = Placeholder(width: 9, height: 9, rgba: Self.fill(9, 9, [200, 10, 10, 0]))
        #expect(invisible.thumbHash == nil && invisible.dominantColor == nil)
        #expect(Placeholder(width: 101, height: 1, rgba: Self.fill(101, 1, [1, 2, 3, 255])).thumbHash == nil)
        #expect(Placeholder(width: 2, height: 2, rgba: [1, 2, 3, 255]).thumbHash == nil)
        #expect(Placeholder(width: 0, height: 0, rgba: []) == Placeholder(width: -1, height: 5, rgba: []))
    }

    @Test("the dominant colour is that of most pixels, also on the edge of a cell, and not the average")
    func dominant() {
        func color(_ pixels: [UInt8]) -> String? {
            Placeholder(width: 10, height: pixels.count / 40, rgba: pixels).dominantColor?.hex
        }
        #expect(color(Self.fill(10, 10, [0x12, 0xAB, 0xFF, 255])) == "#12abff")
        let flag = Self.fill(10, 6, [200, 0, 0, 255]) + Self.fill(10, 4, [0, 0, 200, 255])
        #expect(color(flag) == "#c80000")
        // Two shades of one green against one blue: 0x7f and 0x80 lie in different cells.
        let shades = Self.fill(10, 3, [0, 0x7F, 0, 255]) + Self.fill(10, 3, [0, 0x80, 0, 255])
        #expect(color(shades + Self.fill(10, 4, [0, 0, 250, 255])) == "#008000")
        // Half of it is barely there.
        #expect(color(Self.fill(10, 6, [255, 255, 255, 20]) + Self.fill(10, 4, [9, 9, 9, 255])) == "#090909")
    }
}
