import Glibc
import MediaCore
import MediaRendering
import MediaTesting
import Testing

@Suite("Renditions: privacy and limits", .serialized)
struct RenditionSafetyTests {
    private static let photographs: [(String, MediaType)] = [
        ("iphone13-gps.heic", MediaType.heic), ("exif-orientation/6.jpg", .jpeg), ("cmyk.jpg", .jpeg),
        ("animated.webp", .webp),
        ("avif-orientation-6.avif", .avif),
    ]

    @Test(
        "nothing of the source but its pixels",
        arguments: Self.photographs
    )
    func metadata(name: String, type: MediaType) throws {
        for shape in [Pictures.Shape.square(side: 64), .width(80)] {
            let webp = try Pictures.render(Pictures.fixture(name), as: type, shape, .webp).bytes
            #expect(webp.starts(with: Array("RIFF".utf8)))
            let chunks = RenditionChunks.webP(webp)
            #expect(chunks.allSatisfy { ["VP8 ", "VP8L", "VP8X", "ALPH"].contains($0) }, "\(chunks)")
            let jpeg = try Pictures.render(Pictures.fixture(name), as: type, shape, .jpeg).bytes
            let segments = RenditionChunks.jpeg(jpeg)
            // JFIF is APP0; EXIF and XMP are APP1, profiles APP2, Photoshop APP13, comments COM.
            #expect(segments.allSatisfy { $0 == 0xE0 || !(0xE1...0xEF).contains($0) && $0 != 0xFE }, "\(segments)")
            #expect(segments.contains(0xC2), "progressive")
            for word in ["Exif", "Apple", "iPhone", "GPS", "http", "ICC_PROFILE", "mntr"] {
                #expect(!webp.contains(word) && !jpeg.contains(word), "\(word)")
            }
        }
    }

    @Test("damaged sources", arguments: [("truncated.jpg", MediaType.jpeg), ("cmyk.jpg", .png), ("logo.svg", .gif)])
    func damaged(name: String, type: MediaType) throws {
        let error = #expect(throws: MediaError.self) {
            try Pictures.render(Pictures.fixture(name), as: type, .width(64))
        }
        #expect(error?.code == .fileDamaged)
    }

    @Test("empty and unreadable sources are damaged")
    func unreadable() throws {
        try Pictures.withFile("empty.jpg", []) { path in
            let error = #expect(throws: MediaError.self) { try Pictures.render(path, as: .jpeg, .width(64)) }
            #expect(error?.code == .fileDamaged)
        }
    }

    @Test("a bomb is refused on its header's word")
    func bomb() throws {
        let bomb = Bombs.avif(try Pictures.contents(ofFile: Pictures.fixture("avif-orientation-6.avif")))
        try Pictures.withFile("bomb.avif", bomb) { path in
            let error = #expect(throws: MediaError.self) { try Pictures.render(path, as: .avif, .width(64)) }
            #expect(error?.code == .imageTooLarge)
        }
    }

    @Test("what shows nothing has no renditions", arguments: [MediaType.zip, .pdf, .plainText])
    func notRenderable(type: MediaType) throws {
        let error = #expect(throws: MediaError.self) {
            try Pictures.render(Pictures.fixture("logo.svg"), as: type, .width(64))
        }
        #expect(error?.code == .notRenderable)
    }

    @Test("a full disk is told apart")
    func fullDisk() throws {
        let source = open(Pictures.fixture("cmyk.jpg"), O_RDONLY)
        let output = open("/dev/full", O_WRONLY)
        try #require(source >= 0 && output >= 0)
        defer {
            close(source)
            close(output)
        }
        let request = RenditionRequest(
            sourceType: .jpeg,
            recipe: .picture(PictureRecipe(width: 50, format: .webp)),
            limits: ImageLimits(maximumPixels: 1_000_000, maximumFrames: 1)
        )
        let error = #expect(throws: MediaError.self) {
            try RenditionRenderer.render(source: source, output: output, request: request)
        }
        #expect(error?.code == .storageFull)
    }
}

extension [UInt8] {
    func contains(_ word: String) -> Bool { self.firstRange(of: Array(word.utf8)) != nil }
}

/// What an encoded picture is made of.
enum RenditionChunks {
    /// The names of a WebP's RIFF chunks.
    static func webP(_ bytes: [UInt8]) -> [String] { self.webPChunks(bytes).map(\.name) }

    static func webPChunks(_ bytes: [UInt8]) -> [(name: String, payload: ArraySlice<UInt8>)] {
        var chunks: [(name: String, payload: ArraySlice<UInt8>)] = []
        var offset = 12
        while offset + 8 <= bytes.count {
            let name = String(decoding: bytes[offset..<offset + 4], as: UTF8.self)
            let size = (0..<4).reduce(0) { $0 | Int(bytes[offset + 4 + $1]) << (8 * $1) }
            chunks.append((name, bytes[(offset + 8)..<min(bytes.count, offset + 8 + size)]))
            offset += 8 + size + size % 2
        }
        return chunks
    }

    /// The markers of a JPEG's segments, up to the first scan.
    static func jpeg(_ bytes: [UInt8]) -> [UInt8] {
        var markers: [UInt8] = []
        var offset = 2
        while offset + 4 <= bytes.count, bytes[offset] == 0xFF, bytes[offset + 1] != 0xDA {
            markers.append(bytes[offset + 1])
            offset += 2 + (Int(bytes[offset + 2]) << 8 | Int(bytes[offset + 3]))
        }
        return markers
    }
}
