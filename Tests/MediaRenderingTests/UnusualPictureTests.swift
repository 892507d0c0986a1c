import MediaCore
import MediaRendering
import Testing

@Suite("Kinds of JPEG and TIFF", .serialized)
struct UnusualPictureTests {
    private static let whole = PixelSize(width: 120, height: 90)

    @Test(
        "B2: JPEG of 12 bits, arithmetically coded, lossless with every predictor and depth",
        arguments: ["colours-12", "arithmetic", "arithmetic-progressive", "lossless-rgb-16"]
            + (1...7).map { "lossless-rgb-8-p\($0)" }
    )
    func jpeg(name: String) throws {
        let found = try Quarters.of(Pictures.fixture("pictures/jpeg/\(name).jpg"), .jpeg)
        #expect(found.size == Self.whole)
        #expect(Quarters.near(found.colours, Quarters.colours, name.hasPrefix("lossless") ? 0 : 3), "\(found.colours)")
    }

    @Test(
        "B2: grey JPEG of 12 bits, and lossless of 2 to 16",
        arguments: [
            "grey-12", "lossless-grey-8", "lossless-grey-10", "lossless-grey-12", "lossless-grey-14",
            "lossless-grey-16",
        ]
    )
    func greyJpeg(name: String) throws {
        let found = try Quarters.of(Pictures.fixture("pictures/jpeg/\(name).jpg"), .jpeg)
        #expect(Quarters.near(found.colours, Quarters.greys, 1), "\(found.colours)")
    }

    @Test("B2: lossless JPEG of two bits has four greys")
    func fourGreys() throws {
        let found = try Quarters.of(Pictures.fixture("pictures/jpeg/lossless-grey-2.jpg"), .jpeg)
        #expect(found.colours.map { $0[0] } == [170, 85, 85, 0])
    }

    @Test("B2: the profile and the orientation of a lossless JPEG count")
    func metadata() throws {
        let bytes = try Pictures.contents(ofFile: Pictures.fixture("pictures/jpeg/lossless-rgb-16.jpg"))
        // EXIF as old software writes it: the orientation is an SLONG.
        let exif: [UInt8] =
            Array("Exif\0\0MM\0*\0\0\0\u{8}\0\u{1}".utf8) + [1, 0x12, 0, 9, 0, 0, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0]
        let segment: [UInt8] = [0xFF, 0xE1, 0, UInt8(exif.count + 2)] + exif
        let found = try Pictures.withFile("a.jpg", Array(bytes.prefix(2)) + segment + bytes.dropFirst(2)) {
            try Quarters.of($0, .jpeg)
        }
        #expect(found.size == PixelSize(width: 90, height: 120))
        #expect(Quarters.near(found.colours, [2, 0, 3, 1].map { Quarters.colours[$0] }, 0), "\(found.colours)")
    }

    @Test(
        "G2: TIFF of 4 to 14 and 32 bits, half, single and double floats, planes in tiles, BigTIFF",
        arguments: [
            "rgb-10", "rgb-12", "rgb-14", "rgb-32", "rgb-half", "rgb-single", "rgb-double", "planes-in-tiles-8",
            "planes-in-tiles-16", "big", "big-half-tiles",
        ]
    )
    func tiff(name: String) throws {
        let found = try Quarters.of(Pictures.fixture("pictures/tiff/\(name).tif"), .tiff)
        #expect(Quarters.near(found.colours, Quarters.colours, 1), "\(found.colours)")
    }

    @Test(
        "G2: grey TIFF of the same kinds",
        arguments: ["grey-10", "grey-12", "grey-14", "grey-32", "grey-half", "grey-single", "grey-double"]
    )
    func greyTiff(name: String) throws {
        let found = try Quarters.of(Pictures.fixture("pictures/tiff/\(name).tif"), .tiff)
        #expect(Quarters.near(found.colours, Quarters.greys, 1), "\(found.colours)")
    }

    @Test("G2: TIFF of four bits, with and without transparency")
    func fourBits() throws {
        let grey = try Quarters.of(Pictures.fixture("pictures/tiff/grey-4-alpha.tif"), .tiff)
        let right = zip(Quarters.greys, Quarters.alphas).map { Array($0.prefix(3)) + [$1] }
        #expect(Quarters.near(grey.colours, right, 9), "\(grey.colours)")
        let colours = try Quarters.of(Pictures.fixture("pictures/tiff/rgb-4.tif"), .tiff)
        #expect(Quarters.near(colours.colours, Quarters.colours, 9), "\(colours.colours)")
    }

    @Test("G2: a TIFF of 12 bits whose zero is white, lying on its side")
    func whiteIsZero() throws {
        let found = try Quarters.of(Pictures.fixture("pictures/tiff/white-is-zero-12.tif"), .tiff)
        #expect(found.size == PixelSize(width: 30, height: 39))
        #expect(Quarters.near(found.colours, [2, 0, 3, 1].map { Quarters.greys[$0] }, 1), "\(found.colours)")
    }

    @Test("G2: old-style JPEG in TIFF is a picture")
    func oldJpeg() throws {
        let path = Pictures.fixture("pictures/ojpeg_zackthecat_subsamp22_single_strip.tiff")
        let found = try Quarters.of(path, .tiff)
        #expect(found.size == PixelSize(width: 234, height: 213))
        #expect(found.colours.contains { $0[0] > 30 })
    }

    @Test(
        "B2, G2: what nobody reads is not renderable, and not damaged",
        arguments: [
            ("jpeg/cmyk-12.jpg", MediaType.jpeg), ("tiff/depths.tif", .tiff), ("tiff/complex.tif", .tiff),
            ("jxl/cmyk.jxl", .jxl),
        ]
    )
    func unreadable(name: String, type: MediaType) throws {
        let path = Pictures.fixture("pictures/\(name)")
        let error = #expect(throws: MediaError.self) { _ = try Quarters.of(path, type) }
        #expect(error?.code == .notRenderable)
    }
}
