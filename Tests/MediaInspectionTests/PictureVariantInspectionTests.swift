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

    @Test("B2: a 12-bit JPEG that is cut off is damaged")
    func cut() throws {
        let whole = try TestFiles.bytes(TestFiles.fixture("pictures/jpeg12.jpg"))
        let error = #expect(throws: MediaError.self) {
            _ = try Self.inspect(bytes: Array(whole.prefix(whole.count / 2)))
        }
        #expect(error?.code == .fileDamaged)
    }
}
