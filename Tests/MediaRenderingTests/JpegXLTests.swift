import MediaCore
import MediaRendering
import Testing

@Suite("JPEG XL", .serialized)
struct JpegXLTests {
    struct Sample: Sendable, CustomTestStringConvertible {
        var name: String
        var size: PixelSize
        var right: [[Int]] = Quarters.colours
        var testDescription: String { self.name }

        init(_ name: String, _ width: Int = 120, _ height: Int = 90, _ right: [[Int]] = Quarters.colours) {
            (self.name, self.size, self.right) = (name, PixelSize(width: width, height: height), right)
        }
    }

    private static func fixture(_ name: String) -> String { Pictures.fixture("pictures/jxl/\(name).jxl") }

    private static func transparent(_ colours: [[Int]]) -> [[Int]] {
        zip(colours, Quarters.alphas).map { Array($0.prefix(3)) + [$1] }
    }

    @Test(
        "B2: JPEG XL above 2,048 pixels, of 8 and 16 bits, floats, greys, transparent, progressive, lossless, turned",
        arguments: [
            Sample("large", 2100, 2300), Sample("large-alpha", 2100, 2300, transparent(Quarters.colours)),
            Sample("large-grey", 2100, 2300, Quarters.greys), Sample("huge", 4200, 4100),
            Sample("huge-lossless", 4200, 4100), Sample("grey-alpha", 120, 90, transparent(Quarters.greys)),
            Sample("deep"), Sample("float"), Sample("moving"),
            Sample("turned", 90, 120, [2, 0, 3, 1].map { Quarters.colours[$0] }),
            Sample("turned-lossless", 90, 120, [1, 3, 0, 2].map { Quarters.colours[$0] }),
        ]
    )
    func colours(sample: Sample) throws {
        let found = try Quarters.of(Self.fixture(sample.name), .jxl)
        #expect(found.size == sample.size)
        #expect(Quarters.near(found.colours, sample.right, 4), "\(found.colours)")
    }

    @Test("B2, B3: JPEG XL in Display P3, by numbers and by a profile", arguments: ["p3", "p3-progressive", "icc"])
    func wideGamut(name: String) throws {
        let found = try Quarters.of(Self.fixture(name), .jxl)
        #expect(Quarters.near(found.colours, Quarters.displayP3, 5), "\(found.colours)")
    }

    /// As the same numbers come out of a PNG that says the same.
    @Test("B2, B3: JPEG XL in PQ and HLG is tone-mapped", arguments: [("pq", 16), ("hlg", 18)])
    func highDynamicRange(name: String, transfer: Int) throws {
        let found = try Quarters.of(Self.fixture(name), .jxl)
        let right = try PngFile.withQuarters([("cICP", [9, UInt8(transfer), 0, 1])]) { try Quarters.of($0, .png) }
        #expect(Quarters.near(found.colours, right.colours, 4), "\(found.colours) \(right.colours)")
        #expect(!Quarters.near(found.colours, Quarters.colours, 10))
    }

    @Test("B2: a JPEG XL that moves does so in WebP")
    func moving() throws {
        let recipe = PictureRecipe(width: 60, quality: 100, format: .webp, isStill: false)
        let made = try Pictures.render(Self.fixture("moving"), as: .jxl, recipe)
        #expect(made.size == PixelSize(width: 60, height: 45))
        #expect(made.bytes.indices.count { made.bytes[$0...].starts(with: Array("ANMF".utf8)) } == 3)
    }

    @Test("B2: a JPEG XL with more pixels than are allowed is refused by its header")
    func large() throws {
        let limits = ImageLimits(maximumPixels: 4_000_000, maximumFrames: 100)
        let error = #expect(throws: MediaError.self) {
            _ = try Quarters.of(Self.fixture("large"), .jxl, limits: limits)
        }
        #expect(error?.code == .imageTooLarge)
    }

    /// A header of square pictures of 2³⁰ pixels a side: FF 0A, then, from the lowest bit on: not small, 30 bits of height, ratio 1, all else
    /// as by default (ISO/IEC 18181-1 annex D).
    @Test("B2: a JPEG XL of 2^60 pixels takes no memory")
    func impossible() throws {
        var number: UInt64 = 0
        var bit: UInt64 = 0
        func append(_ value: UInt64, _ count: UInt64) {
            number |= value << bit
            bit += count
        }
        append(0, 1)
        append(3, 2)
        append(1 << 30 - 1, 30)
        append(1, 3)
        append(1, 1)
        append(1, 1)
        let bytes =
            [0xFF, 0x0A] + (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
            + [UInt8](repeating: 0, count: 64)
        try Pictures.withFile("a.jxl", bytes) { path in
            let error = #expect(throws: MediaError.self) { _ = try Quarters.of(path, .jxl) }
            #expect(error?.code == .imageTooLarge || error?.code == .fileDamaged)
        }
    }
}
