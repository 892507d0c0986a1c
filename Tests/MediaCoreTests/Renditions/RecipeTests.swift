import MediaCore
import Testing

@Suite("Recipes and rendition keys")
struct RecipeTests {
    @Test("A recipe's text is its file name")
    func text() throws {
        let point = try #require(FocalPoint(x: 0.5, y: 0.30049))
        let orange = try #require(RGBColor(hex: "#FF8800"))
        let cases: [(PictureRecipe, String)] = [
            (PictureRecipe(width: 342, format: .webp), "342x-q80-v3.webp"),
            (PictureRecipe(height: 342, quality: 75, format: .avif), "x342-q75-v3.avif"),
            (PictureRecipe(format: .png), "full-q80-v3.png"),
            (
                PictureRecipe(width: 64, height: 64, fit: .cover, quality: 75, format: .jpeg),
                "64x64-cover-attention-q75-v3.jpg"
            ),
            (
                PictureRecipe(width: 64, height: 32, fit: .cover, crop: .focalPoint(point), blur: 2.04, format: .jpeg),
                "64x32-cover-at500,300-q80-b20-v3.jpg"
            ),
            (
                PictureRecipe(width: 9, height: 9, fit: .contain, background: orange, format: .webp, isStill: false),
                "9x9-contain-q80-onff8800-animated-v3.webp"
            ),
            (PictureRecipe(width: 9, background: .white, format: .webp), "9x-q80-onffffff-v3.webp"),
            (PictureRecipe(width: 9, format: .jpeg, position: 12.5), "9x-q80-t12500-v3.jpg"),
        ]
        for (recipe, text) in cases { #expect(recipe.parameters == text) }
    }

    @Test("A focal point matters only to a picture that is cut")
    func focalPoint() throws {
        let point = try #require(FocalPoint(x: 0.5, y: 0.5))
        func recipe(_ fit: PictureRecipe.Fit, _ crop: PictureRecipe.Crop) -> Recipe {
            .picture(PictureRecipe(width: 9, height: 9, fit: fit, crop: crop, format: .webp))
        }
        #expect(recipe(.cover, .focalPoint(point)).followsFocalPoint)
        let others = [
            recipe(.cover, .attention), recipe(.cover, .centre), recipe(.inside, .focalPoint(point)),
            .stream(.description),
        ]
        for other in others { #expect(!other.followsFocalPoint) }
    }

    @Test("A key is a place below the digest's folders")
    func path() throws {
        let digest = try #require(Digest(bytes: Array(repeating: 1, count: 32)))
        let key = RenditionKey(digest: digest, recipe: .picture(PictureRecipe(width: 342, format: .webp)))
        #expect(key.path == "01/\(digest.prefix)/342x-q80-v3.webp")
        #expect(key.recipe.type == .webp)
    }

    @Test("What gives another picture has another text")
    func distinct() throws {
        let points = try [(0.1, 0.2), (0.2, 0.1)].map { try #require(FocalPoint(x: $0.0, y: $0.1)) }
        let crops: [PictureRecipe.Crop] =
            [.attention, .entropy, .centre] + points.map { PictureRecipe.Crop.focalPoint($0) }
        var recipes: [PictureRecipe] = []
        for format in RenditionFormat.allCases {
            for (width, height) in [(64, nil), (nil, 64), (64, 64), (6, 464), (nil, nil)] as [(Int?, Int?)] {
                for fit in PictureRecipe.Fit.allCases {
                    for crop in crops {
                        for (quality, blur, background) in [
                            (8, nil, nil), (80, nil, nil), (80, 1, nil), (80, nil, .white),
                        ]
                            as [(Int, Double?, RGBColor?)]
                        {
                            for (isStill, moment) in [(false, nil), (true, nil), (false, 0), (false, 1.5)]
                                as [(Bool, Double?)]
                            {
                                recipes.append(
                                    PictureRecipe(
                                        width: width,
                                        height: height,
                                        fit: fit,
                                        crop: crop,
                                        quality: quality,
                                        background: background,
                                        blur: blur,
                                        format: format,
                                        isStill: isStill,
                                        position: moment
                                    )
                                )
                            }
                        }
                    }
                }
            }
        }
        #expect(Set(recipes).count == Set(recipes.map(\.parameters)).count)
        #expect(recipes.allSatisfy { $0.parameters.utf8.allSatisfy { "-.,x".utf8.contains($0) || $0.isWord } })
    }

    @Test("What cannot matter makes no other recipe")
    func normalForm() throws {
        let point = try #require(FocalPoint(x: 0.5, y: 0.3))
        #expect(
            PictureRecipe(width: 5, fit: .cover, crop: .focalPoint(point), format: .webp)
                == PictureRecipe(width: 5, fit: .contain, format: .webp)
        )
        #expect(
            PictureRecipe(width: 5, format: .jpeg, isStill: false)
                == PictureRecipe(width: 5, background: .white, format: .jpeg)
        )
        #expect(PictureRecipe(quality: 900, blur: 0, format: .png) == PictureRecipe(quality: 100, format: .png))
        #expect(PictureRecipe(format: .png, position: .nan) == PictureRecipe(format: .png))
    }

    @Test("A preset multiplies the device's pixels in, and falls back to what draws the eye")
    func preset() throws {
        let point = try #require(FocalPoint(x: 0.5, y: 0.3))
        let preset = Preset(name: "a", width: 100, height: 50, dpr: 1.5, fit: .cover, blur: 2)
        let recipe = preset.recipe(format: .avif, quality: 70, focalPoint: point)
        #expect(recipe.parameters == "150x75-cover-at500,300-q70-b30-v3.avif")
        #expect(preset.recipe(format: .avif, quality: 70).crop == .attention)
        #expect(preset.size(of: PixelSize(width: 3000, height: 2000)) == PixelSize(width: 150, height: 75))
        #expect(Preset(name: "a", width: 1, quality: 9).recipe(format: .webp, quality: 70).quality == 9)
        #expect(
            Preset.square("s", side: 64).size(of: PixelSize(width: 100, height: 30)) == PixelSize(width: 30, height: 30)
        )
    }
}

extension UInt8 {
    fileprivate var isWord: Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self)
    }
}
