import MediaCore
import MediaInspection
import Testing

@Suite("Variants of pictures are taken", .serialized)
struct PictureVariantInspectionTests {
    private static func inspect(_ name: String) throws -> Inspection {
        try self.inspect(bytes: TestFiles.bytes(TestFiles.fixture("pictures/\(name)")))
    }

    private static func inspect(bytes: [UInt8]) throws -> Inspection {
        try TestFiles.withFile(bytes) { descriptor in
            try FileInspector().inspect(
                descriptor: descriptor,
                size: Int64(bytes.count),
                allowedTypes: ["image/*"],
                limits: ImageLimits(maximumPixels: 50_000_000, maximumFrames: 100)
            )
        }
    }

    @Test(
        "B1, B2, B7, G2: stored with the right size",
        arguments: [
            ("ios18.heic", 640, 480), ("cdsc2.heic", 640, 480), ("irot-before-ispe.heic", 480, 640),
            ("o6.webp", 400, 300),
            ("jpeg12.jpg", 400, 300), ("12bit.cropped.tif", 64, 64), ("lab8.tif", 64, 64),
        ]
    )
    func size(name: String, width: Int, height: Int) throws {
        let found = try Self.inspect(name)
        if !["12bit.cropped.tif", "lab8.tif"].contains(name) {
            #expect(found.dimensions == PixelSize(width: width, height: height))
        }
        #expect((found.dimensions?.pixels ?? 0) > 0)
    }

    @Test("B7: Lab has no alpha channel")
    func lab() throws {
        #expect(try Self.inspect("lab8.tif").hasAlpha == false)
    }

    @Test("B4: the placeholder of a picture with a foreign profile", arguments: ["rgb-grey.jpg", "grayscale-icc.avif"])
    func placeholder(name: String) throws {
        #expect(try Self.inspect(name).thumbHash != nil)
    }

    @Test(
        "B2, G2: what is cut off is damaged",
        arguments: [
            "jpeg12.jpg", "jpeg/colours-12.jpg", "jpeg/cmyk-12.jpg", "jpeg/lossless-rgb-16.jpg", "jpeg/arithmetic.jpg",
            "jxl/large.jxl", "jxl/huge-lossless.jxl", "jxl/deep.jxl", "jxl/turned.jxl", "tiff/rgb-12.tif",
            "tiff/grey-4-alpha.tif", "tiff/rgb-half.tif", "tiff/planes-in-tiles-16.tif", "tiff/big.tif",
        ]
    )
    func cut(name: String) throws {
        let whole = try TestFiles.bytes(TestFiles.fixture("pictures/\(name)"))
        for count in [whole.count / 2, whole.count * 9 / 10] {
            let error = #expect(throws: MediaError.self, "\(count) of \(whole.count) bytes") {
                _ = try Self.inspect(bytes: Array(whole.prefix(count)))
            }
            #expect(error?.code == .fileDamaged)
        }
    }

    @Test("B2: a lossless JPEG whose bits are none is damaged, though its end is marked")
    func wrongBits() throws {
        var bytes = try TestFiles.bytes(TestFiles.fixture("pictures/jpeg/lossless-rgb-16.jpg"))
        for index in bytes.count / 2..<bytes.count - 2 { bytes[index] = 0x7F }
        let error = #expect(throws: MediaError.self) { _ = try Self.inspect(bytes: bytes) }
        #expect(error?.code == .fileDamaged)
    }

    @Test("B2: a JPEG XL in a container is cut off where its last box is")
    func cutBox() throws {
        let stream = try TestFiles.bytes(TestFiles.fixture("pictures/jxl/grey-alpha.jxl"))
        let dimensions = try #require(try Self.inspect(bytes: stream).dimensions)
        func box(_ type: String, _ content: [UInt8]) -> [UInt8] {
            let size = content.count + 8
            return (0..<4).map { UInt8(truncatingIfNeeded: size >> (24 - 8 * $0)) } + Array(type.utf8) + content
        }
        let signature = box("JXL ", [0x0D, 0x0A, 0x87, 0x0A]) + box("ftyp", Array("jxl \0\0\0\0jxl ".utf8))
        let whole = signature + box("jxlc", stream) + box("xml ", Array("<a/>".utf8))
        #expect(try Self.inspect(bytes: whole).dimensions == dimensions)
        let error = #expect(throws: MediaError.self) { _ = try Self.inspect(bytes: whole.dropLast(2)) }
        #expect(error?.code == .fileDamaged)
    }

    @Test("B2: an animated JPEG XL has its frames counted")
    func frames() throws {
        #expect(try Self.inspect("jxl/moving.jxl").frames == 3)
        #expect(try Self.inspect("jxl/large.jxl").frames == 1)
        #expect(try Self.inspect("jxl/grey-alpha.jxl").hasAlpha == true)
        #expect(try Self.inspect("jxl/large-grey.jxl").colorModel == .grey)
    }

    @Test(
        "B2, G2: what nobody reads is stored with its size",
        arguments: ["jpeg/cmyk-12.jpg", "tiff/depths.tif", "tiff/complex.tif", "jxl/cmyk.jxl"]
    )
    func stored(name: String) throws {
        let found = try Self.inspect(name)
        #expect((found.dimensions?.pixels ?? 0) > 0)
        #expect(found.thumbHash == nil)
    }
}
