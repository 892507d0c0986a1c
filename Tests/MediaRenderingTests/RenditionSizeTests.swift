import MediaCore
import MediaRendering
import Testing

@Suite("Rendition sizes", .serialized)
struct RenditionSizeTests {
    @Test(
        "exactly the preset's size, also for odd and extreme sources",
        arguments: [
            PixelSize(width: 1, height: 1), PixelSize(width: 1, height: 900), PixelSize(width: 900, height: 1),
            PixelSize(width: 3, height: 5000), PixelSize(width: 5000, height: 3), PixelSize(width: 101, height: 67),
            PixelSize(width: 499, height: 333), PixelSize(width: 500, height: 500), PixelSize(width: 501, height: 334),
            PixelSize(width: 1023, height: 769), PixelSize(width: 2001, height: 1337),
            PixelSize(width: 999, height: 1999),
        ]
    )
    func exact(source: PixelSize) throws {
        let drawing = "color=c=red:s=\(source.width)x\(source.height),format=rgb24"
        try Pictures.withDrawn("source.png", drawing) { path in
            for shape in [Pictures.Shape.square(side: 128), .width(500), .width(64), .square(side: 1), .width(1)] {
                let expected = shape.recipe(.png).size(of: source)
                for format in RenditionFormat.allCases {
                    let made = try Pictures.render(path, as: .png, shape, format)
                    #expect(made.size == expected)
                    #expect(try Pictures.pixels(made.bytes, format).count == expected.pixels * 4)
                }
            }
        }
    }

    @Test(
        "JPEG shrunk while loading comes out exactly too",
        arguments: [
            PixelSize(width: 1601, height: 1203), PixelSize(width: 4095, height: 33),
            PixelSize(width: 33, height: 4095),
        ]
    )
    func jpeg(source: PixelSize) throws {
        try Pictures.withDrawn("source.jpg", "testsrc=s=\(source.width)x\(source.height)") { path in
            for shape in [Pictures.Shape.square(side: 100), .width(200), .width(50), .width(13)] {
                let expected = shape.recipe(.png).size(of: source)
                let made = try Pictures.render(path, as: .jpeg, shape)
                #expect(made.size == expected)
            }
        }
    }

    @Test("a side that WebP cannot express is refused, not crashed into")
    func tooLong() throws {
        try Pictures.withDrawn("source.png", "color=c=red:s=20x16384,format=rgb24") { path in
            let error = #expect(throws: MediaError.self) { try Pictures.render(path, as: .png, .width(500), .webp) }
            #expect(error?.code == .notRenderable)
            let made = try Pictures.render(path, as: .png, .width(500), .jpeg)
            #expect(made.size == PixelSize(width: 20, height: 16384))
        }
    }
}
