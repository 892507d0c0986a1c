import MediaCore
import MediaRendering
import Testing

/// Pictures that other programs show rightly and that this library, left to itself, refuses or shows in wrong colours.
@Suite("Pictures as browsers show them", .serialized)
struct BrowserTruthTests {
    private static func fixture(_ name: String) -> String { Pictures.fixture("pictures/\(name)") }

    /// The pixel at a fraction of width and height.
    private static func pixel(_ pixels: [UInt8], _ size: PixelSize, _ x: Double, _ y: Double) -> [Int] {
        let column = min(size.width - 1, Int(x * Double(size.width)))
        let row = min(size.height - 1, Int(y * Double(size.height)))
        let start = 4 * (row * size.width + column)
        return pixels[start..<min(pixels.count, start + 4)].map { Int($0) }
    }

    private static func near(_ left: [Int], _ right: [Int], _ most: Int) -> Bool {
        left.count == right.count && zip(left, right).allSatisfy { abs($0 - $1) <= most }
    }

    private static func rendered(
        _ name: String,
        _ type: MediaType,
        _ format: RenditionFormat = .png
    ) throws -> ([UInt8], PixelSize) {
        let made = try Pictures.render(self.fixture(name), as: type, PictureRecipe(quality: 100, format: format))
        return (try Pictures.pixels(made.bytes, format), made.size)
    }

    @Test("B1: HEIC whose EXIF and gain map belong to two items", arguments: ["ios18.heic", "cdsc2.heic"])
    func telephone(name: String) throws {
        let (pixels, size) = try Self.rendered(name, .heic)
        #expect(size == PixelSize(width: 640, height: 480))
        #expect(Self.near(Self.pixel(pixels, size, 0.02, 0.02), [220, 40, 40, 255], 6))
        #expect(Self.near(Self.pixel(pixels, size, 0.7, 0.69), [240, 220, 60, 255], 6))
        #expect(Self.near(Self.pixel(pixels, size, 0.1, 0.9), [40, 90, 160, 255], 6))
    }

    @Test("B1: irot in front of ispe turns the size too")
    func turned() throws {
        let (_, size) = try Self.rendered("irot-before-ispe.heic", .heic)
        #expect(size == PixelSize(width: 480, height: 640))
    }

    @Test(
        "B3: Display P3 by code points, in AVIF and PNG",
        arguments: [("p3.avif", MediaType.avif), ("cicp_p3.png", .png)]
    )
    func wideGamut(name: String, type: MediaType) throws {
        let (pixels, size) = try Self.rendered(name, type)
        for place in P3.places {
            let found = Self.pixel(pixels, size, place.x, place.y)
            #expect(Self.near(found, place.colour, 5), "\(place): \(found)")
        }
    }

    /// By the formulas of ITU-R BT.2100 and the curve that videos get.
    @Test(
        "B3: PQ and HLG stills are tone-mapped",
        arguments: [("pq.avif", MediaType.avif), ("cicp_pq.png", .png), ("pq.heic", .heic), ("hlg.heic", .heic)]
    )
    func highDynamicRange(name: String, type: MediaType) throws {
        let (pixels, size) = try Self.rendered(name, type)
        let right =
            name.hasPrefix("hlg")
            ? [[188, 30, 33, 255], [34, 186, 35, 255], [29, 28, 173, 255], [205, 205, 33, 255]]
            : [[212, 38, 38, 255], [40, 199, 40, 255], [38, 38, 212, 255], [212, 212, 38, 255]]
        for (place, colour) in zip(P3.places, right) {
            let found = Self.pixel(pixels, size, place.x, place.y)
            #expect(Self.near(found, colour, 10), "\(place.x) \(place.y): \(found)")
        }
    }

    @Test("B4: a grey profile in an RGB picture is ignored", arguments: RenditionFormat.allCases)
    func foreignProfile(format: RenditionFormat) throws {
        let path = Self.fixture("rgb-grey.jpg")
        let made = try Pictures.render(path, as: .jpeg, PictureRecipe(quality: 100, format: format))
        let right = try Pictures.decode(path)
        #expect(Pictures.difference(try Pictures.pixels(made.bytes, format), right) < 4)
    }

    @Test("G2: a grey AVIF with a profile as JPEG")
    func greyAvif() throws {
        let (pixels, size) = try Self.rendered("grayscale-icc.avif", .avif, .jpeg)
        #expect(size.pixels > 0 && pixels.count == size.pixels * 4)
    }

    @Test("B7: EXIF does not turn a WebP, as in browsers")
    func webp() throws {
        let (_, size) = try Self.rendered("o6.webp", .webp)
        #expect(size == PixelSize(width: 400, height: 300))
    }
}

/// What the pictures of code points show: what Chromium says of those in Display P3.
private enum P3 {
    static let places: [(x: Double, y: Double, colour: [Int])] = [
        (0.1, 0.1, [220, 40, 40, 255]), (0.6, 0.1, [39, 200, 39, 255]), (0.1, 0.6, [40, 40, 220, 255]),
        (0.9, 0.9, [220, 220, 40, 255]),
    ]
}

@Suite("Animations as browsers show them", .serialized)
struct BrowserAnimationTests {
    @Test("B5: what the first frame of a GIF does not cover is transparent", arguments: [RenditionFormat.png, .webp])
    func partial(format: RenditionFormat) throws {
        let path = Pictures.fixture("pictures/firstpartial.gif")
        let made = try Pictures.render(path, as: .gif, PictureRecipe(quality: 100, format: format))
        let pixels = try Pictures.pixels(made.bytes, format)
        // Chromium: transparent in the corners, green in the middle.
        #expect(pixels[3] == 0)
        let middle = 4 * (15 * 40 + 20)
        #expect(Pictures.difference(Array(pixels[middle..<middle + 4]), [40, 200, 40, 255]) < 5)
    }

    @Test("B5: a GIF moves with a transparent canvas")
    func moving() throws {
        let path = Pictures.fixture("pictures/disp.gif")
        let made = try Pictures.render(path, as: .gif, PictureRecipe(format: .webp, isStill: false))
        #expect(made.size == PixelSize(width: 40, height: 30))
        let frames = made.bytes.indices.filter { made.bytes[$0...].starts(with: Array("ANMF".utf8)) }
        // The third frame's place after the second was cleared is seen through: the file has an alpha channel.
        #expect(frames.count == 4)
        #expect(
            made.bytes.indices.contains { made.bytes[$0...].starts(with: Array("ALPH".utf8)) }
                || made.bytes.indices.contains { made.bytes[$0...].starts(with: Array("VP8L".utf8)) }
        )
    }

    /// A square of one colour. Codes of three bits, the table cleared before each pair of pixels, which keeps them so short.
    private static func appendFrame(to gif: inout [UInt8], side: UInt8, colour: UInt8, disposal: UInt8) {
        gif.append(contentsOf: [0x21, 0xF9, 4, disposal << 2, 10, 0, 0, 0])
        gif.append(contentsOf: [0x2C, 0, 0, 0, 0, side, 0, side, 0, 0, 2])
        var codes: [UInt32] = []
        for pixel in 0..<Int(side) * Int(side) {
            if pixel % 2 == 0 { codes.append(4) }
            codes.append(UInt32(colour))
        }
        codes.append(5)
        var bits: UInt32 = 0
        var count: UInt32 = 0
        var data: [UInt8] = []
        for code in codes {
            bits |= code << count
            count += 3
            while count >= 8 {
                data.append(UInt8(truncatingIfNeeded: bits))
                bits >>= 8
                count -= 8
            }
        }
        data.append(UInt8(truncatingIfNeeded: bits))
        gif.append(UInt8(data.count))
        gif.append(contentsOf: data)
        gif.append(0)
    }

    /// A red frame that is cleared, then a green one in a corner: nothing in the file says that something is transparent.
    @Test("B5: a canvas that was cleared is announced as transparent", arguments: [UInt8(2), 3])
    func cleared(disposal: UInt8) throws {
        var gif: [UInt8] = Array("GIF89a".utf8)
        gif.append(contentsOf: [8, 0, 8, 0, 0xF1, 0, 0, 0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 255, 0x21, 0xFF, 11])
        gif.append(contentsOf: "NETSCAPE2.0".utf8)
        gif.append(contentsOf: [3, 1, 0, 0, 0])
        Self.appendFrame(to: &gif, side: 8, colour: 1, disposal: disposal)
        Self.appendFrame(to: &gif, side: 4, colour: 2, disposal: 0)
        gif.append(0x3B)
        try Pictures.withFile("a.gif", gif) { path in
            let made = try Pictures.render(path, as: .gif, PictureRecipe(width: 8, format: .webp, isStill: false))
            #expect(made.bytes[12..<16].elementsEqual("VP8X".utf8))
            #expect(made.bytes[20] & 0x12 == 0x12)
        }
    }

    @Test("B5: APNG moves in WebP")
    func apng() throws {
        try Pictures.withDrawn("a.apng", "testsrc=s=64x48:r=5", ["-plays", "3", "-f", "apng"], frames: 4) { path in
            let made = try Pictures.render(path, as: .png, PictureRecipe(width: 32, format: .webp, isStill: false))
            #expect(made.size == PixelSize(width: 32, height: 24))
            #expect(made.bytes.indices.count { made.bytes[$0...].starts(with: Array("ANMF".utf8)) } == 4)
            let still = try Pictures.render(path, as: .png, PictureRecipe(width: 32, format: .webp))
            #expect(!still.bytes.indices.contains { still.bytes[$0...].starts(with: Array("ANMF".utf8)) })
        }
    }
}

@Suite("Variants at the end of a decoder", .serialized)
struct PictureVariantTests {
    @Test(
        "G2, B2: 12 bits are pictures",
        arguments: [("jpeg12.jpg", MediaType.jpeg), ("12bit.cropped.tif", .tiff)]
    )
    func deep(name: String, type: MediaType) throws {
        let made = try Pictures.render(Pictures.fixture("pictures/\(name)"), as: type, .width(50))
        #expect(made.size.width == 50)
    }

    @Test("G2: an AVIF that is longer than its decoder takes is too large")
    func long() throws {
        do {
            let made = try Pictures.render(Pictures.fixture("pictures/16x17000.avif"), as: .avif, .width(8), .png)
            #expect(made.size == PixelSize(width: 8, height: 8500))
        } catch let error as MediaError {
            #expect(error.code == .imageTooLarge, "\(error)")
        }
    }
}
