import FoundationEssentials
import MediaTesting
import Testing

private let configuration = Configurations.standard
    .replacing("  posters:\n", with: "  posters:\n    types: [image/*]\n")
    .replacing("stripPrivateMetadata: false", with: "stripPrivateMetadata: true")

@Suite("An original that browsers do not show", .daemon(configuration: configuration), .timeLimit(.minutes(3)))
struct PictureOriginalTests {
    private static let chromium = [("Accept", "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8")]

    /// A red picture in the format that the extension names.
    private static func red(_ fileExtension: String) async throws -> [UInt8] {
        let path = "\(try await ThrowawayDirectories.make())/red.\(fileExtension)"
        let drawing = ["-f", "lavfi", "-i", "color=c=red:s=64x48,format=rgb24", "-frames:v", "1", path]
        let outcome = try await Player.run("ffmpeg", ["-v", "error"] + drawing)
        try #require(outcome.ending == .exited(0), "\(outcome.errors)")
        return Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    }

    private static func part(_ answer: ProbeResponse) async throws -> FilmPart? {
        let path = "\(try await ThrowawayDirectories.make())/picture"
        try Data(answer.body).write(to: URL(fileURLWithPath: path))
        return try await FilmPart.shown(in: path)
    }

    @Test("is shown as one that they do, and given out to those who name its type", arguments: ["tiff", "jxl"])
    func standIn(_ fileExtension: String) async throws {
        let daemon = try Daemon.current()
        let bytes = try await Self.red(fileExtension)
        let record = try await daemon.upload(bytes, "collection=posters").record()
        #expect(record.type == "image/\(fileExtension)" && record.width == 64 && record.height == 48)
        for (accept, type) in [
            (Self.chromium, "image/avif"), ([("Accept", "image/webp")], "image/webp"),
            ([("Accept", "image/png,*/*;q=0.5")], "image/jpeg"), ([], "image/jpeg"),
        ] {
            let answer = try await daemon.request("GET", record.url, accept)
            #expect(answer.status == 200 && answer["Content-Type"] == type, "\(answer.text)")
            #expect(answer["Vary"]?.contains("Accept") == true)
            #expect(try await Self.part(answer) == .red, "\(type)")
        }
        let named = try await daemon.request("GET", record.url, [("Accept", "image/\(fileExtension),*/*;q=0.5")])
        #expect(named.body == bytes && named["Vary"]?.contains("Accept") == true)
        let original = try await daemon.request("GET", record.url + "&original", Self.chromium)
        #expect(original.body == bytes && original["Content-Type"] == record.type)
        let thumbnail = try await daemon.request("GET", "/files/\(record.path)?preset=w92", [("Accept", "image/webp")])
        #expect(try await Self.part(thumbnail) == .red)
    }

    @Test("and holds several pictures shows its primary one")
    func severalImages() async throws {
        let daemon = try Daemon.current()
        let bytes = try Samples.fixture("several-images.heic")
        let record = try await daemon.upload(bytes, "collection=posters").record()
        #expect(record.type == "image/heic" && record.frames == 3)
        #expect(record.width == 96 && record.height == 64)
        // Blue is the first, green the last.
        for target in [record.url, "/files/\(record.path)?preset=w92", "/files/\(record.path)?preset=w92&still"] {
            for type in ["image/avif", "image/webp", "image/jpeg"] {
                let answer = try await daemon.request("GET", target, [("Accept", type)])
                #expect(answer["Content-Type"] == type, "\(answer.text)")
                #expect(try await Self.part(answer) == .red, "\(type) of \(target)")
            }
        }
        // Metadata is looked for in all of them.
        let avatar = try await daemon.upload(bytes, "collection=avatars").record()
        #expect(avatar.frames == 3 && avatar.width == 96)
    }
}
