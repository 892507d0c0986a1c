import Testing

@testable import Vips

@Suite("B3: what a PNG says of its colours, as browsers read it")
struct PngColourTests {
    private static func says(_ chunks: [(String, [UInt8])]) -> Bool {
        var bytes: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
        for (type, content) in [("IHDR", Box.zeros(13))] + chunks + [("IDAT", [0])] {
            bytes += Box.joined(Box.u32(UInt32(content.count)), Array(type.utf8), content, Box.zeros(4))
        }
        return bytes.withUnsafeBytes { PngColours.read($0) != nil }
    }

    private static func gamma(_ value: UInt32) -> (String, [UInt8]) { ("gAMA", Box.u32(value)) }

    private static let primaries = (
        "cHRM", [31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000].flatMap { Box.u32($0) }
    )

    @Test("gAMA alone counts where it differs from what a screen does")
    func gammaAlone() {
        #expect(!Self.says([Self.gamma(45455)]))
        #expect(!Self.says([Self.gamma(46000)]))
        #expect(Self.says([Self.gamma(45455), Self.primaries]))
        #expect(Self.says([Self.gamma(55556)]))
        #expect(Self.says([Self.gamma(100_000)]))
    }

    @Test("cICP counts for RGB of the whole range only", arguments: [[12, 13, 0, 0], [12, 13, 1, 1], [9, 16, 9, 1]])
    func contradiction(points: [UInt8]) {
        #expect(!Self.says([("cICP", points)]))
        #expect(Self.says([("cICP", [12, 13, 0, 1])]))
    }
}
