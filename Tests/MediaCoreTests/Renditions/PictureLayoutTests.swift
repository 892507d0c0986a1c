import MediaCore
import Testing

@Suite("The size of a rendition")
struct PictureLayoutTests {
    private static func layout(
        _ width: Int?,
        _ height: Int?,
        _ fit: PictureRecipe.Fit,
        of source: (Int, Int)
    ) -> [Int] {
        let recipe = PictureRecipe(width: width, height: height, fit: fit, format: .webp)
        let layout = recipe.layout(of: PixelSize(width: source.0, height: source.1))
        return [layout.scaled.width, layout.scaled.height, layout.canvas.width, layout.canvas.height]
    }

    @Test("One side keeps the proportions, rounds, and never enlarges")
    func oneSide() {
        #expect(Self.layout(342, nil, .inside, of: (1000, 1500)) == [342, 513, 342, 513])
        #expect(Self.layout(342, nil, .inside, of: (342, 10)) == [342, 10, 342, 10])
        #expect(Self.layout(342, nil, .inside, of: (341, 999)) == [341, 999, 341, 999])
        #expect(Self.layout(100, nil, .inside, of: (300, 200)) == [100, 67, 100, 67])
        #expect(Self.layout(92, nil, .inside, of: (10000, 1)) == [92, 1, 92, 1])
        #expect(Self.layout(92, nil, .inside, of: (1, 10000)) == [1, 10000, 1, 10000])
        #expect(Self.layout(1, nil, .inside, of: (2, 1)) == [1, 1, 1, 1])
        #expect(Self.layout(nil, 50, .inside, of: (300, 200)) == [75, 50, 75, 50])
        #expect(Self.layout(nil, nil, .inside, of: (300, 200)) == [300, 200, 300, 200])
        #expect(Self.layout(64, nil, .cover, of: (300, 200)) == [64, 43, 64, 43])
    }

    @Test("Inside: the tighter side decides")
    func inside() {
        #expect(Self.layout(100, 100, .inside, of: (300, 200)) == [100, 67, 100, 67])
        #expect(Self.layout(100, 100, .inside, of: (200, 300)) == [67, 100, 67, 100])
        #expect(Self.layout(500, 500, .inside, of: (200, 300)) == [200, 300, 200, 300])
    }

    @Test("Cover: the box is full, and shrinks with its shape where the source is too small")
    func cover() {
        #expect(Self.layout(64, 64, .cover, of: (1000, 500)) == [128, 64, 64, 64])
        #expect(Self.layout(512, 512, .cover, of: (1000, 500)) == [1000, 500, 500, 500])
        #expect(Self.layout(64, 64, .cover, of: (1, 4000)) == [1, 4000, 1, 1])
        #expect(Self.layout(300, 100, .cover, of: (600, 600)) == [300, 300, 300, 100])
        #expect(Self.layout(300, 100, .cover, of: (150, 150)) == [150, 150, 150, 50])
    }

    @Test("Contain: the whole picture in the box's shape, not larger than needed")
    func contain() {
        #expect(Self.layout(100, 100, .contain, of: (300, 200)) == [100, 67, 100, 100])
        #expect(Self.layout(100, 100, .contain, of: (10, 5)) == [10, 5, 10, 10])
        #expect(Self.layout(200, 100, .contain, of: (50, 50)) == [50, 50, 100, 50])
        #expect(Self.layout(200, 100, .contain, of: (500, 500)) == [100, 100, 200, 100])
    }

    @Test("Whatever the numbers: never enlarged, never empty, the box never exceeded")
    func bounds() {
        for source in [1, 2, 3, 7, 100, 4096, 65535].flatMap({ width in [1, 5, 64, 16383].map { (width, $0) } }) {
            for box in [(1, 1), (3, 1000), (1000, 3), (64, 64), (4096, 2160)] {
                for fit in PictureRecipe.Fit.allCases {
                    let sizes = Self.layout(box.0, box.1, fit, of: source)
                    let note = "\(source) in \(box) \(fit): \(sizes)"
                    #expect(sizes.allSatisfy { $0 >= 1 }, "\(note)")
                    #expect(sizes[0] <= source.0 && sizes[1] <= source.1, "\(note)")
                    #expect(sizes[2] <= box.0 && sizes[3] <= box.1, "\(note)")
                    switch fit {
                    case .cover: #expect(sizes[2] <= sizes[0] && sizes[3] <= sizes[1], "\(note)")
                    case .contain: #expect(sizes[2] >= sizes[0] && sizes[3] >= sizes[1], "\(note)")
                    case .inside: #expect(sizes[2] == sizes[0] && sizes[3] == sizes[1], "\(note)")
                    }
                }
            }
        }
    }

    @Test("The number of pixels never overflows")
    func pixels() {
        #expect(PixelSize(width: .max, height: 2).pixels == .max)
        #expect(PixelSize(width: 3, height: 4).pixels == 12)
    }
}
