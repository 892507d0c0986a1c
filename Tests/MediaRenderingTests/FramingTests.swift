import Glibc
import MediaCore
import Testing

/// What is in the box: crops, bars, backgrounds, blur. The source is four fields: red, green above, blue, white below.
@Suite("Framing", .serialized)
struct FramingTests {
    private static func withFields(_ body: (String) throws -> Void) throws {
        let drawing =
            "color=c=0xFF0000:s=400x200,format=rgb24,drawbox=x=200:y=0:w=200:h=100:c=0x00FF00:t=fill,"
            + "drawbox=x=0:y=100:w=200:h=100:c=0x0000FF:t=fill,drawbox=x=200:y=100:w=200:h=100:c=white:t=fill"
        try Pictures.withDrawn("fields.png", drawing, [], body)
    }

    private static func pixel(_ recipe: PictureRecipe, _ path: String, x: Int, y: Int) throws -> [UInt8] {
        let made = try Pictures.render(path, as: .png, recipe)
        let pixels = try Pictures.pixels(made.bytes, recipe.format)
        let start = 4 * (y * made.size.width + x)
        return Array(pixels[start..<start + 4])
    }

    private static func expect(
        _ pixel: [UInt8],
        _ expected: [UInt8],
        within tolerance: Double,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(Pictures.difference(pixel, expected) < tolerance, "\(pixel)", sourceLocation: sourceLocation)
    }

    private static func focal(_ x: Double, _ y: Double) throws -> PictureRecipe.Crop {
        .focalPoint(try #require(FocalPoint(x: x, y: y)))
    }

    @Test("a focal point is in the middle as far as the edges let it", arguments: RenditionFormat.allCases)
    func focalPoint(format: RenditionFormat) throws {
        try Self.withFields { path in
            func middle(_ x: Double, _ y: Double) throws -> [UInt8] {
                let crop = try Self.focal(x, y)
                let recipe = PictureRecipe(width: 40, height: 80, fit: .cover, crop: crop, quality: 100, format: format)
                return try Self.pixel(recipe, path, x: 20, y: 20)
            }
            Self.expect(try middle(0, 0.5), [255, 0, 0, 255], within: 6)
            Self.expect(try middle(0.25, 0.9), [255, 0, 0, 255], within: 6)
            Self.expect(try middle(0.75, 0), [0, 255, 0, 255], within: 6)
            Self.expect(try middle(1, 1), [0, 255, 0, 255], within: 6)
        }
        // Vertically too, in a wide box.
        try Self.withFields { path in
            let low = PictureRecipe(width: 200, height: 20, fit: .cover, crop: try Self.focal(0, 1), format: .png)
            Self.expect(try Self.pixel(low, path, x: 20, y: 10), [0, 0, 255, 255], within: 6)
        }
    }

    @Test("the centre; attention and entropy choose a part that is there")
    func crops() throws {
        try Self.withFields { path in
            let centre = PictureRecipe(width: 40, height: 80, fit: .cover, crop: .centre, quality: 100, format: .png)
            Self.expect(try Self.pixel(centre, path, x: 5, y: 10), [255, 0, 0, 255], within: 6)
            Self.expect(try Self.pixel(centre, path, x: 35, y: 10), [0, 255, 0, 255], within: 6)
            for crop in [PictureRecipe.Crop.attention, .entropy] {
                let recipe = PictureRecipe(width: 40, height: 80, fit: .cover, crop: crop, format: .webp)
                let size = try Pictures.render(path, as: .png, recipe).size
                #expect(size == PixelSize(width: 40, height: 80))
            }
        }
        // One bright spot on grey: that is where both look.
        let spot = "color=c=gray:s=400x100,format=rgb24,drawbox=x=330:y=30:w=40:h=40:c=red:t=fill"
        try Pictures.withDrawn("spot.png", spot) { path in
            for crop in [PictureRecipe.Crop.attention, .entropy] {
                let recipe = PictureRecipe(width: 100, height: 100, fit: .cover, crop: crop, quality: 100, format: .png)
                let pixels = try Pictures.pixels(Pictures.render(path, as: .png, recipe).bytes, .png)
                #expect(stride(from: 0, to: pixels.count, by: 4).contains { pixels[$0] > 200 && pixels[$0 + 1] < 90 })
            }
        }
    }

    @Test("contain paints bars: the background, nothing, or white")
    func contain() throws {
        let orange = try #require(RGBColor(hex: "#ff8800"))
        try Self.withFields { path in
            func corner(_ format: RenditionFormat, _ background: RGBColor?) throws -> [UInt8] {
                let recipe = PictureRecipe(
                    width: 80,
                    height: 80,
                    fit: .contain,
                    quality: 100,
                    background: background,
                    format: format
                )
                let made = try Pictures.render(path, as: .png, recipe)
                #expect(made.size == PixelSize(width: 80, height: 80))
                let pixels = try Pictures.pixelsWithAlpha(made.bytes, format)
                // The picture itself is in the middle: red at its upper left.
                let start = 4 * (30 * 80 + 10)
                #expect(Pictures.difference(Array(pixels[start..<start + 4]), [255, 0, 0, 255]) < 6)
                return Array(pixels.prefix(4))
            }
            for format in RenditionFormat.allCases {
                Self.expect(try corner(format, orange), [255, 136, 0, 255], within: 6)
            }
            for format in [RenditionFormat.avif, .webp, .png] {
                let transparent = try corner(format, nil)
                #expect(transparent[3] == 0, "\(format)")
            }
            Self.expect(try corner(.jpeg, nil), [255, 255, 255, 255], within: 3)
        }
    }

    @Test("a background is seen through what is transparent, in every format", arguments: RenditionFormat.allCases)
    func background(format: RenditionFormat) throws {
        let orange = try #require(RGBColor(hex: "#ff8800"))
        try Pictures.withDrawn("a.png", "color=c=0x0000FF@0.0:s=64x64,format=rgba") { path in
            let recipe = PictureRecipe(width: 32, quality: 100, background: orange, format: format)
            Self.expect(try Self.pixel(recipe, path, x: 9, y: 9), [255, 136, 0, 255], within: 4)
        }
    }

    @Test("a blur mixes neighbours, keeps the size, and draws no colour out of what is transparent")
    func blur() throws {
        try Self.withFields { path in
            let recipe = PictureRecipe(width: 100, quality: 100, blur: 8, format: .png)
            let size = try Pictures.render(path, as: .png, recipe).size
            #expect(size == PixelSize(width: 100, height: 50))
            let edge = try Self.pixel(recipe, path, x: 50, y: 5)
            #expect(edge[0] > 60 && edge[1] > 60, "\(edge)")
        }
        let half =
            "color=c=0x00FF00@0.0:s=64x64,format=rgba,"
            + "geq=r='if(lt(X,32),255,0)':g='if(lt(X,32),0,255)':b=0:a='if(lt(X,32),255,0)'"
        try Pictures.withDrawn("half.png", half) { path in
            let edge = try Self.pixel(PictureRecipe(quality: 100, blur: 4, format: .png), path, x: 31, y: 32)
            #expect(edge[3] > 60 && edge[3] < 200, "\(edge)")
            #expect(edge[1] < 40, "green is nobody's colour: \(edge)")
        }
    }

    /// Beside an edge a Gaussian blur is the error function of the distance, however it was computed; but for some percent, as libvips'
    /// mask ends where it is a fifth of its height.
    @Test("a blur is as wide as it says", arguments: [6.0, 15, 16, 40, 100])
    func blurWidth(_ sigma: Double) throws {
        let edge = "color=c=black:s=1200x60,format=rgb24,drawbox=x=600:y=0:w=600:h=60:c=white:t=fill"
        try Pictures.withDrawn("edge.png", edge, []) { path in
            let recipe = PictureRecipe(quality: 100, blur: sigma, format: .png)
            for steps in [-2.0, -1, -0.5, 0, 0.5, 1, 2] {
                let x = Int(600 + steps * sigma)
                let found = try Self.pixel(recipe, path, x: x, y: 30)[0]
                // From the middle of the pixel to the edge, in sigma.
                let distance = (Double(x) + 0.5 - 600) / sigma
                let expected = 255 * 0.5 * (1 + erf(distance / 2.0.squareRoot()))
                #expect(
                    abs(Double(found) - expected) < 10,
                    "\(distance) sigma from the edge: \(found), not \(expected)"
                )
            }
        }
    }

    @Test("a colour profile is honoured: Display P3 red is more than sRGB red, and its grey is grey")
    func wideGamut() throws {
        let golden = try Pictures.decode(Pictures.fixture("golden/iphone13-gps-p3.png"))
        let recipe = PictureRecipe(width: 72, quality: 100, format: .png)
        let made = try Pictures.render(Pictures.fixture("iphone13-gps-p3.jpg"), as: .jpeg, recipe)
        let pixels = try Pictures.pixels(made.bytes, .png)
        #expect(Pictures.difference(pixels, golden) < 3)
    }

    @Test("CMYK black is black")
    func blackPoint() throws {
        let recipe = PictureRecipe(quality: 100, format: .png)
        let made = try Pictures.render(Pictures.fixture("cmyk.jpg"), as: .jpeg, recipe)
        let pixels = try Pictures.pixels(made.bytes, .png)
        let start = 4 * (90 * made.size.width + 5)
        #expect(pixels[start..<start + 3].allSatisfy { $0 < 26 }, "\(pixels[start..<start + 3])")
    }
}
