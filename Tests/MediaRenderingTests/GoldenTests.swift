import MediaCore
import Testing

/// Our pictures of the samples next to those of other decoders and another colour management: see `Fixtures/golden/make.py`.
@Suite("Golden pictures", .serialized)
struct GoldenTests {
    struct Sample: Sendable, CustomTestStringConvertible {
        var path: String
        var type: MediaType
        /// Mean difference of the channels that is still the same picture.
        var tolerance = 7.0

        var testDescription: String { self.path }
        var golden: String {
            let name = self.path.replacing("/", with: "-").split(separator: ".").dropLast().joined(separator: ".")
            return "golden/\(name).png"
        }
    }

    static let samples: [Sample] =
        [
            Sample(path: "photo.jpg", type: .jpeg), Sample(path: "iphone13-gps-p3.jpg", type: .jpeg),
            Sample(path: "iphone13-gps.heic", type: .heic), Sample(path: "avif-orientation-6.avif", type: .avif),
            // Without a profile CMYK is a matter of taste: here a press's, there plain arithmetic.
            Sample(path: "cmyk.jpg", type: .jpeg, tolerance: 14),
            Sample(path: "animated.webp", type: .webp), Sample(path: "cogs.gif", type: .gif),
        ] + (1...8).map { Sample(path: "exif-orientation/\($0).jpg", type: .jpeg) }

    @Test("every sample, in every format", arguments: Self.samples, RenditionFormat.allCases)
    func looksRight(sample: Sample, format: RenditionFormat) throws {
        let recipe = PictureRecipe(width: 72, height: 72, quality: 95, format: format)
        let made = try Pictures.render(Pictures.fixture(sample.path), as: sample.type, recipe)
        let pixels = Pictures.onWhite(try Pictures.pixelsWithAlpha(made.bytes, format))
        let golden = Pictures.onWhite(try Pictures.decode(Pictures.fixture(sample.golden)))
        #expect(Pictures.difference(pixels, golden) < sample.tolerance)
        // A seen difference is one of areas: the means of blocks of 9 x 9 pixels.
        let worst = Pictures.worstBlock(pixels, golden, width: made.size.width)
        #expect(worst < 2 * sample.tolerance, "\(worst)")
    }

    @Test("a wrong picture is told from a right one")
    func tellsApart() throws {
        let upright = try Pictures.decode(Pictures.fixture("golden/exif-orientation-1.png"))
        let other = try Pictures.decode(Pictures.fixture("golden/avif-orientation-6.png"))
        #expect(Pictures.difference(upright, other) > 30)
        #expect(Pictures.worstBlock(upright, other, width: 54) > 60)
        let darker = upright.map { $0 > 24 ? $0 - 24 : 0 }
        #expect(Pictures.worstBlock(upright, darker, width: 54) > 14)
    }
}

extension Pictures {
    /// Opaque, as a page shows it.
    static func onWhite(_ pixels: [UInt8]) -> [UInt8] {
        var result = pixels
        for start in stride(from: 0, to: pixels.count - 3, by: 4) {
            let alpha = Int(pixels[start + 3])
            for channel in start..<(start + 3) {
                result[channel] = UInt8((Int(pixels[channel]) * alpha + 255 * (255 - alpha)) / 255)
            }
            result[start + 3] = 255
        }
        return result
    }

    /// The largest difference of the means of blocks of 9 x 9 pixels, in any channel.
    static func worstBlock(_ left: [UInt8], _ right: [UInt8], width: Int) -> Double {
        guard left.count == right.count, width > 0 else { return .infinity }
        let height = left.count / 4 / width
        var worst = 0.0
        for top in stride(from: 0, to: height - 8, by: 9) {
            for start in stride(from: 0, to: width - 8, by: 9) {
                for channel in 0..<3 {
                    var sum = 0
                    for y in top..<(top + 9) {
                        for x in start..<(start + 9) {
                            let index = 4 * (y * width + x) + channel
                            sum += Int(left[index]) - Int(right[index])
                        }
                    }
                    worst = max(worst, abs(Double(sum) / 81))
                }
            }
        }
        return worst
    }
}
