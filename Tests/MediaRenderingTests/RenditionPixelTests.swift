import MediaCore
import MediaRendering
import Testing

@Suite("Rendition pixels", .serialized)
struct RenditionPixelTests {
    @Test("all eight orientations give the same picture", arguments: RenditionFormat.allCases)
    func orientations(format: RenditionFormat) throws {
        func pixels(_ orientation: Int) throws -> [UInt8] {
            let path = Pictures.fixture("exif-orientation/\(orientation).jpg")
            let made = try Pictures.render(path, as: .jpeg, .width(60), format)
            #expect(made.size == PixelSize(width: 60, height: 80))
            return try Pictures.pixels(made.bytes, format)
        }
        let upright = try pixels(1)
        for orientation in 2...8 {
            let other = try pixels(orientation)
            // The samples carry their number in the middle, and differ in size.
            #expect(Pictures.difference(upright, other) < 14, "orientation \(orientation)")
            var upsideDown: [UInt8] = []
            for start in stride(from: other.count - 4, through: 0, by: -4) { upsideDown += other[start..<start + 4] }
            #expect(Pictures.difference(upright, upsideDown) > 30)
        }
    }

    @Test("AVIF turned by irot, HEIC in Display P3", arguments: RenditionFormat.allCases)
    func heif(format: RenditionFormat) throws {
        let avif = try Pictures.render(Pictures.fixture("avif-orientation-6.avif"), as: .avif, .width(90), format)
        #expect(avif.size == PixelSize(width: 90, height: 120))
        let heic = try Pictures.render(Pictures.fixture("iphone13-gps.heic"), as: .heic, .square(side: 96), format)
        #expect(heic.size == PixelSize(width: 96, height: 96))
        // A pug on a beige wall: neither black nor grey nor green.
        let pixels = try Pictures.pixels(heic.bytes, format)
        let start = 4 * (96 * 10 + 60)
        let (red, green, blue) = (Int(pixels[start]), Int(pixels[start + 1]), Int(pixels[start + 2]))
        #expect(red > 150, "\(red) \(green) \(blue)")
        #expect(red >= green - 2 && green >= blue - 2 && red - blue < 60, "\(red) \(green) \(blue)")
    }

    @Test("CMYK becomes the colours it stands for")
    func cmyk() throws {
        let made = try Pictures.render(Pictures.fixture("cmyk.jpg"), as: .jpeg, .width(100))
        // The corner is red.
        let corner = try Pictures.pixels(made.bytes, .jpeg).prefix(3).map { Int($0) }
        #expect(corner[0] > 180 && corner[1] < 90 && corner[2] < 90, "\(corner)")
    }

    @Test(
        "every kind of PNG, TIFF and GIF comes out red",
        arguments: [
            ("png", "rgb24"), ("png", "rgb48be"), ("png", "rgba"), ("png", "rgba64be"), ("png", "pal8"),
            ("gif", "pal8"),
            ("tiff", "rgb24"), ("tiff", "rgb48le"),
        ]
    )
    func red(fileExtension: String, pixelFormat: String) throws {
        let types: [String: MediaType] = ["png": .png, "gif": .gif, "tiff": .tiff]
        try Pictures.withDrawn(
            "a.\(fileExtension)",
            "color=c=0xFF0000:s=64x64,format=rgb24",
            ["-pix_fmt", pixelFormat]
        ) { path in
            for format in RenditionFormat.allCases {
                let type = try #require(types[fileExtension])
                let pixel = try Pictures.pixels(Pictures.render(path, as: type, .width(32), format).bytes, format)
                    .prefix(4)
                #expect(Pictures.difference(Array(pixel), [255, 0, 0, 255]) < 4, "\(Array(pixel))")
            }
        }
    }

    @Test("grey of 8 and 16 bits", arguments: ["gray", "gray16be", "ya8"])
    func grey(pixelFormat: String) throws {
        try Pictures.withDrawn("a.png", "color=c=0x808080:s=64x64", ["-pix_fmt", pixelFormat]) { path in
            for format in RenditionFormat.allCases {
                let pixel = try Pictures.pixels(Pictures.render(path, as: .png, .width(32), format).bytes, format)
                    .prefix(4)
                #expect(Pictures.difference(Array(pixel), [128, 128, 128, 255]) < 4, "\(Array(pixel))")
            }
        }
    }

    @Test("transparency stays in WebP and PNG and becomes white in JPEG")
    func alpha() throws {
        try Pictures.withDrawn("a.png", "color=c=0x0000FF@0.0:s=64x64,format=rgba") { path in
            for shape in [Pictures.Shape.width(32), .square(side: 32)] {
                for format in [RenditionFormat.webp, .png] {
                    let pixels = try Pictures.pixels(Pictures.render(path, as: .png, shape, format).bytes, format)
                    #expect(pixels.indices.allSatisfy { $0 % 4 != 3 || pixels[$0] == 0 }, "\(format)")
                }
                let jpeg = try Pictures.pixels(Pictures.render(path, as: .png, shape, .jpeg).bytes, .jpeg)
                #expect(jpeg.allSatisfy { $0 > 250 })
            }
        }
    }

    @Test("JPEG XL", arguments: RenditionFormat.allCases)
    func jxl(format: RenditionFormat) throws {
        try Pictures.withDrawn("a.jxl", "color=c=0xFF0000:s=64x48,format=rgb24", ["-c:v", "libjxl"]) { path in
            let made = try Pictures.render(path, as: .jxl, .width(32), format)
            #expect(made.size == PixelSize(width: 32, height: 24))
            let pixel = try Pictures.pixels(made.bytes, format).prefix(4)
            #expect(Pictures.difference(Array(pixel), [255, 0, 0, 255]) < 4, "\(Array(pixel))")
        }
    }
}
