import MediaCore
import Testing

/// What exiftool, which knows more kinds of metadata than anybody, finds in what is given out.
@Suite("Nothing private is left", .serialized)
struct PrivacyTests {
    private static let samples: [(String, MediaType)] = [
        ("iphone13-gps.heic", .heic), ("iphone13-gps-p3.jpg", .jpeg), ("exif-orientation/6.jpg", .jpeg),
        ("cmyk.jpg", .jpeg), ("photo.jpg", .jpeg), ("avif-orientation-6.avif", .avif), ("animated.webp", .webp),
        ("cogs.gif", .gif),
    ]

    /// What a picture cannot be without: its size, how it is coded.
    private static let structural: Set<String> = ["ExifTool", "File", "JFIF", "RIFF", "PNG", "QuickTime", "Composite"]

    @Test("in any format", arguments: Self.samples, RenditionFormat.allCases)
    func nothing(sample: (String, MediaType), format: RenditionFormat) throws {
        let recipes = [
            PictureRecipe(width: 64, height: 64, fit: .cover, format: format),
            PictureRecipe(width: 64, height: 64, fit: .contain, blur: 2, format: format),
            PictureRecipe(width: 64, quality: 100, format: format, isStill: false),
        ]
        for recipe in recipes {
            let made = try Pictures.render(Pictures.fixture(sample.0), as: sample.1, recipe)
            let fields = try Self.fields(made.bytes, format)
            #expect(fields.contains { $0.name == "ImageWidth" || $0.name == "ImageSize" }, "\(fields)")
            let foreign = fields.filter { field in
                !Self.structural.contains(field.group) || Self.isTelling(field.name)
            }
            #expect(foreign.isEmpty, "\(foreign)")
        }
    }

    @Test("exiftool finds it in the originals")
    func originals() throws {
        let bytes = try Pictures.contents(ofFile: Pictures.fixture("iphone13-gps-p3.jpg"))
        let fields = try Self.fields(bytes, .jpeg)
        #expect(fields.contains { $0.name.hasPrefix("GPS") })
        #expect(fields.contains { $0.group == "ICC_Profile" })
        #expect(fields.contains { Self.isTelling($0.name) })
    }

    /// Names of fields that must not be there, whatever the group.
    private static func isTelling(_ name: String) -> Bool {
        ["GPS", "Make", "Model", "Serial", "Artist", "Copyright", "Comment", "Software", "Owner", "Lens", "Creator"]
            .contains { name.contains($0) }
            // The AVIF box that names the library's brand and the like is fine; dates of files are of the test's own making.
            || (name.contains("Date") && !name.hasPrefix("File"))
    }

    private static func fields(_ bytes: [UInt8], _ format: RenditionFormat) throws -> [(group: String, name: String)] {
        try Pictures.withFile("made.\(format.rawValue)", bytes) { path in
            let text = String(decoding: try Pictures.run(["exiftool", "-a", "-u", "-s", "-G0", path]), as: UTF8.self)
            return text.split(separator: "\n").compactMap { line in
                guard line.first == "[", let end = line.firstIndex(of: "]") else { return nil }
                let name = line[line.index(after: end)...].split(separator: " ").first ?? ""
                return (String(line[line.index(after: line.startIndex)..<end]), String(name))
            }
        }
    }
}
