import MediaCore
import MediaRendering
import Testing

@testable import Vips

@Suite("Colours that a file declares", .serialized)
struct DeclaredColourTests {
    private static let sRGB: PngFile.Chunk = ("sRGB", [0])
    private static let p3 = PngFile.Chunk("cICP", [12, 13, 0, 1])

    /// A profile of Display P3.
    private static func profile() throws -> PngFile.Chunk {
        let space = ColourSpace(primaries: .displayP3, transfer: .sRGB)
        return PngFile.profile(try #require(ColourProfile.of(space, isGrey: false)))
    }

    private static func quarters(_ chunks: [PngFile.Chunk]) throws -> [[Int]] {
        try PngFile.withQuarters(chunks) { try Quarters.of($0, .png).colours }
    }

    /// Of the middle, which is (128, 128, 128) in the file.
    private static func grey(kind: UInt8 = 2, bits: UInt8 = 8, _ chunks: [PngFile.Chunk]) throws -> Int {
        let sample: [UInt8] = bits == 16 ? [0x80, 0x80] : [0x80]
        let pixel: [UInt8]
        switch kind {
        case 0: pixel = sample
        case 3: pixel = [0]
        case 4: pixel = sample + sample.map { _ in 255 }
        default: pixel = sample + sample + sample
        }
        let palette: [PngFile.Chunk] = kind == 3 ? [("PLTE", [0x80, 0x80, 0x80])] : []
        return try PngFile.with(pixel: pixel, bits: bits, kind: kind, chunks + palette) { path in
            try Quarters.of(path, .png).colours[0][0]
        }
    }

    /// 128 of 255 is 0.502; linear, sRGB writes 188 for it.
    @Test("B3: gAMA counts in every kind of PNG", arguments: [(2, 8), (2, 16), (0, 8), (0, 16), (3, 8), (4, 8)])
    func gamma(kind: UInt8, bits: UInt8) throws {
        #expect(abs(try Self.grey(kind: kind, bits: bits, [PngFile.gamma(100_000)]) - 188) <= 1)
        #expect(abs(try Self.grey(kind: kind, bits: bits, []) - 128) <= 1)
    }

    /// A gamma of 2.2 is nearly sRGB, 1.8 is what Apple had: 0.502 to the power of 1.8 is 0.289, 147 in sRGB.
    @Test(
        "B3: gAMA of 2.2, of 1.8, and one that makes no sense",
        arguments: [(45455, 128), (55556, 147), (0, 128), (1, 128)]
    )
    func gammas(value: Int, right: Int) throws {
        #expect(abs(try Self.grey([PngFile.gamma(value)]) - right) <= 2)
    }

    @Test("B3: gAMA and cHRM together are Display P3")
    func chromaticities() throws {
        let primaries = PngFile.primaries([31270, 32900, 68000, 32000, 26500, 69000, 15000, 6000])
        let found = try Self.quarters([PngFile.gamma(45455), primaries])
        // A gamma of 2.2 is not quite sRGB's curve where it is dark.
        #expect(Quarters.near(found, Quarters.displayP3, 12), "\(found)")
    }

    @Test("B3: cHRM without gAMA says nothing")
    func chromaticitiesAlone() throws {
        let primaries = PngFile.primaries([31270, 32900, 68000, 32000, 26500, 69000, 15000, 6000])
        #expect(Quarters.near(try Self.quarters([primaries]), Quarters.colours, 1))
    }

    /// PNG, third edition, section 4.3, table 1.
    @Test("B3: sRGB goes before gAMA, iCCP before sRGB, cICP before all, in any order")
    func precedence() throws {
        let linear = PngFile.gamma(100_000)
        #expect(try Self.grey([linear, Self.sRGB]) == 128)
        #expect(try Self.grey([Self.sRGB, linear]) == 128)
        let profile = try Self.profile()
        for chunks in [[profile, linear], [linear, profile], [profile, Self.sRGB]] {
            let found = try Self.quarters(chunks)
            #expect(Quarters.near(found, Quarters.displayP3, 5), "\(chunks.map(\.type)): \(found)")
        }
        for chunks in [[Self.p3, Self.sRGB], [linear, Self.sRGB, Self.p3]] {
            let found = try Self.quarters(chunks)
            #expect(Quarters.near(found, Quarters.displayP3, 5), "\(chunks.map(\.type)): \(found)")
        }
        // What is sRGB by its code points is no Display P3, whatever its profile says.
        let points = PngFile.Chunk("cICP", [1, 13, 0, 1])
        for chunks in [[points, profile], [profile, points]] {
            #expect(Quarters.near(try Self.quarters(chunks), Quarters.colours, 1), "\(chunks.map(\.type))")
        }
    }

    @Test("B3: code points that nobody knows leave the word to the next")
    func unknown() throws {
        let found = try Self.quarters([("cICP", [200, 13, 0, 1]), try Self.profile()])
        #expect(Quarters.near(found, Quarters.displayP3, 5), "\(found)")
    }

    /// The same files with the box of the container renamed: `colr` is optional, and the coded picture says the same.
    @Test(
        "B3: code points that only the bitstream carries",
        arguments: [
            ("p3.avif", MediaType.avif), ("pq.avif", .avif), ("pq.heic", .heic), ("hlg.heic", .heic),
        ]
    )
    func bitstream(name: String, type: MediaType) throws {
        let path = Pictures.fixture("pictures/\(name)")
        var bytes = try Pictures.contents(ofFile: path)
        let box = Array("colrnclx".utf8)
        let start = try #require(bytes.indices.first { bytes[$0...].starts(with: box) })
        bytes.replaceSubrange(start..<start + 4, with: Array("free".utf8))
        let right = try Quarters.of(path, type)
        let found = try Pictures.withFile(name, bytes) { try Quarters.of($0, type) }
        #expect(Quarters.near(found.colours, right.colours, 2), "\(found.colours) \(right.colours)")
        #expect(!Quarters.near(found.colours, Quarters.colours, 6) || name == "p3.avif")
    }
}
