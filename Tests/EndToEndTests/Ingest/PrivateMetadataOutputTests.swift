import FoundationEssentials
import MediaTesting
import Testing

private let configuration = Configurations.standard
    .replacing("formatsAhead: [webp, jpeg]", with: "formatsAhead: []")
    .replacing("stripPrivateMetadata: false", with: "stripPrivateMetadata: true")
    .replacing("  posters:\n", with: "  posters:\n    parameters: open\n")

/// What exiftool, which knows more kinds of metadata than anybody, finds in what clients get.
@Suite("Private metadata in answers", .daemon(configuration: configuration), .timeLimit(.minutes(5)))
struct PrivateMetadataOutputTests {
    /// Groups of exiftool that a file cannot be without: its size, how it is coded.
    private static let structural: Set<String> = [
        "ExifTool", "File", "JFIF", "RIFF", "PNG", "QuickTime", "GIF", "Composite",
    ]
    /// Parts of names of fields that must not be there, whatever the group.
    private static let telling = [
        "GPS", "Location", "Make", "Model", "Serial", "Artist", "Copyright", "Comment", "Software", "Owner", "Lens",
        "Creator", "Author", "CreateDate", "ModifyDate", "Thumbnail",
    ]

    /// The fields that exiftool finds, as `group name`.
    private static func fields(_ bytes: [UInt8], _ fileExtension: String) async throws -> [String] {
        let path = "\(try await ThrowawayDirectories.make())/answer.\(fileExtension)"
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        let outcome = try await Player.run("exiftool", ["-a", "-u", "-ee", "-s", "-G0", path])
        try #require(outcome.ending == .exited(0), "\(outcome.errors)")
        return outcome.lines.compactMap { line in
            guard line.first == "[", let end = line.firstIndex(of: "]") else { return nil }
            let name = line[line.index(after: end)...].split(separator: " ").first ?? ""
            return "\(line[line.index(after: line.startIndex)..<end]) \(name)"
        }
    }

    private static func expectNothing(
        _ bytes: [UInt8],
        _ fileExtension: String,
        allowing allowed: Set<String> = [],
        _ comment: Comment,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let fields = try await self.fields(bytes, fileExtension)
        #expect(fields.contains { $0.hasSuffix("ImageSize") }, comment, sourceLocation: sourceLocation)
        let foreign = fields.filter { field in
            let (group, name) = (field.prefix { $0 != " " }, field.drop { $0 != " " }.dropFirst())
            // Those of the file that the answer was just written to: its name, its times.
            if group == "File", name.hasPrefix("File") { return false }
            let isTelling = self.telling.contains { name.contains($0) }
            return !allowed.contains(field) && (isTelling || !self.structural.contains(String(group)))
        }
        #expect(foreign.isEmpty, "\(comment): \(foreign)", sourceLocation: sourceLocation)
    }

    private static let formats = [("avif", "avif"), ("webp", "webp"), ("jpeg", "jpg"), ("png", "png")]

    @Test(
        "is in no picture made from a file, in any format, whole or small, moving or still",
        arguments: [
            "iphone13-gps.heic", "iphone13-gps-p3.jpg", "cmyk.jpg", "animated.webp", "private-metadata/private.gif",
        ]
    )
    func pictures(_ name: String) async throws {
        let daemon = try Daemon.current()
        let record = try await daemon.upload(try Samples.fixture(name), "collection=posters").record()
        // Of a photograph of 12 megapixels the whole one takes its time, and is made like the small one.
        let queries = ["preset=w92", "preset=w92&still", "width=64&height=64&fit=contain&blur=2&quality=100"]
        for query in queries + (name.hasSuffix("heic") ? [] : ["original=0"]) {
            for (format, fileExtension) in Self.formats {
                let target = "/files/\(record.path)?\(query)&format=\(format)"
                let answer = try await daemon.request("GET", target)
                #expect(answer.status == 200, "\(target) \(answer.text)")
                try await Self.expectNothing(answer.body, fileExtension, "\(name) \(query) \(format)")
            }
        }
    }

    @Test("is in no picture of a video, no sheet of its storyboard and no piece of its stream")
    func films() async throws {
        let daemon = try Daemon.current()
        let path = "\(try await ThrowawayDirectories.make())/film.mp4"
        let tags = ["location=+48.8577+002.2950/", "make=SECRET", "artist=SECRET", "comment=SECRET", "title=SECRET"]
        let outcome = try await Player.run(
            "ffmpeg",
            ["-v", "error", "-f", "lavfi", "-i", "testsrc=s=320x180:r=10:d=4", "-f", "lavfi", "-i", "sine=d=4"]
                + ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:a", "aac", "-movflags", "use_metadata_tags"]
                + tags.flatMap { ["-metadata", $0] } + [path]
        )
        try #require(outcome.ending == .exited(0), "\(outcome.errors)")
        let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        #expect(try await Self.fields(bytes, "mp4").contains { $0.contains("GPS") }, "there is something to find")
        let record = try await daemon.upload(bytes, "collection=videos").record()
        for query in ["preset=poster", "preset=w342&at=1.5"] {
            for (format, fileExtension) in Self.formats {
                let answer = try await daemon.request("GET", "/files/\(record.path)?\(query)&format=\(format)")
                #expect(answer.status == 200, "\(answer.text)")
                try await Self.expectNothing(answer.body, fileExtension, "\(query) \(format)")
            }
        }
        for fileExtension in ["jpg", "webp"] {
            let sheet = try await daemon.request("GET", "/files/\(record.path)/storyboard/1.\(fileExtension)")
            #expect(sheet.status == 200, "\(sheet.text)")
            try await Self.expectNothing(sheet.body, fileExtension, "storyboard \(fileExtension)")
        }
        for part in ["index.m3u8", "main.m3u8", "main-init.mp4", "main-0.m4s"] {
            let answer = try await daemon.request("GET", "/files/\(record.path)/hls/\(part)")
            #expect(answer.status == 200, "\(answer.text)")
            for word in ["SECRET", "48.8577"] {
                #expect(answer.body.firstRange(of: Array(word.utf8)) == nil, "\(word) in \(part)")
            }
        }
        // What a film says of itself is told, where it was taken is not.
        #expect(record.media?["tags"]?.members == ["title", "artist"])
    }

    @Test(
        "is in no original that was stored clean, but for how it is turned and its colours",
        arguments: ["private.jpg", "private.png", "private.webp", "private.gif", "private.avif"]
    )
    func originals(_ name: String) async throws {
        let daemon = try Daemon.current()
        let bytes = try Samples.fixture("private-metadata/\(name)")
        let fileExtension = String(name.split(separator: ".").last ?? "")
        #expect(try await Self.fields(bytes, fileExtension).contains { $0.contains("GPS") || $0.contains("Comment") })
        let record = try await daemon.upload(bytes, "collection=avatars").record()
        let stored = try await daemon.request("GET", "\(record.url)&original")
        try await Self.expectNothing(stored.body, fileExtension, allowing: ["EXIF Orientation"], "\(name)")
    }
}

@Suite(
    "Private metadata of what is stored",
    .daemon(
        configuration: Configurations.standard
            .replacing("  videos:\n", with: "  videos:\n    stripPrivateMetadata: true\n")
            .replacing("image/svg+xml]", with: "image/svg+xml, image/tiff]\n    stripPrivateMetadata: true")
    ),
    .timeLimit(.minutes(3))
)
struct PrivateMetadataStoredTests {
    @Test(
        "(C7) goes from sound, videos and TIFF, no frame changes, and the record says so",
        arguments: [
            ("ogg", "-f lavfi -i sine=d=2 -c:a libvorbis", "videos"),
            ("opus", "-f lavfi -i sine=d=2 -c:a libopus", "videos"),
            ("mp3", "-f lavfi -i sine=d=2 -c:a libmp3lame", "videos"), ("flac", "-f lavfi -i sine=d=2", "videos"),
            ("m4a", "-f lavfi -i sine=d=2 -c:a aac", "videos"),
            ("mkv", "-f lavfi -i testsrc=s=64x36:d=2 -c:v libx264 -pix_fmt yuv420p", "videos"),
            ("webm", "-f lavfi -i testsrc=s=64x36:d=2 -c:v libvpx -deadline realtime", "videos"),
            ("tiff", "-f lavfi -i testsrc=s=64x36:d=1 -frames:v 1", "documents"),
        ]
    )
    func stored(fileExtension: String, options: String, collection: String) async throws {
        let daemon = try Daemon.current()
        let folder = try await ThrowawayDirectories.make()
        let path = "\(folder)/source.\(fileExtension)"
        let tags = ["location=+48.8577+002.2950/", "comment=SECRET", "title=Holiday", "copyright=SECRET"]
        let made = try await Player.run(
            "ffmpeg",
            ["-v", "error"] + options.split(separator: " ").map(String.init) + tags.flatMap { ["-metadata", $0] } + [
                path
            ]
        )
        try #require(made.ending == .exited(0), "\(made.errors)")
        if fileExtension == "tiff" {
            let position = [
                "-q", "-overwrite_original", "-GPSLatitude=48.8577", "-Artist=SECRET", "-SerialNumber=SECRET", path,
            ]
            try #require(try await Player.run("exiftool", position).ending == .exited(0))
        }
        let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        try #require(bytes.firstRange(of: Array("SECRET".utf8)) != nil)
        let record = try await daemon.upload(bytes, "collection=\(collection)").record()
        #expect(record.rewritings == ["private-metadata"] && record.uploadedSha256 == Samples.sha256(bytes))
        let stored = try await daemon.request("GET", "/files/\(record.path)?original")
        let clean = "\(folder)/stored.\(fileExtension)"
        try Data(stored.body).write(to: URL(fileURLWithPath: clean))
        let found = try await Player.run("exiftool", ["-ee3", "-G", "-a", "-u", clean]).text
        let probed = try await Player.run("ffprobe", ["-v", "error", "-show_format", "-show_streams", clean]).text
        for word in ["SECRET", "48.85", "GPS", "Serial"] {
            #expect(!found.contains(word) && !probed.contains(word), "\(word)")
        }
        #expect(fileExtension == "tiff" || probed.contains("Holiday"))
        func frames(_ path: String) async throws -> [Substring] {
            let options = ["-v", "error", "-i", path, "-map", "0", "-c", "copy", "-f", "framemd5", "-"]
            // Vorbis has its comments in the decoder's head, and ffmpeg puts them beside the first packet.
            return try await Player.run("ffmpeg", options).lines.filter { !$0.hasPrefix("#extradata") }
                .map { $0[..<($0.firstRange(of: ", S=")?.lowerBound ?? $0.endIndex)] }
        }
        // Of a picture the whole file is a packet.
        let (before, after) = (try await frames(path), try await frames(clean))
        #expect(before == after || fileExtension == "tiff")
    }
}

/// Nobody has to know of a setting to be safe.
@Suite("Private metadata without a word in the configuration", .daemon(configuration: ""), .timeLimit(.minutes(3)))
struct PrivateMetadataDefaultTests {
    @Test("goes from avatars; posters and videos are stored as they were sent")
    func defaults() async throws {
        let daemon = try Daemon.current()
        let bytes = try Samples.fixture("private-metadata/private.jpg")
        let avatar = try await daemon.upload(bytes, "collection=avatars").record()
        #expect(avatar.rewritings == ["private-metadata"] && avatar.uploadedSha256 == Samples.sha256(bytes))
        let poster = try await daemon.upload(bytes, "collection=posters").record()
        #expect(poster.rewritings == nil && poster.sha256 == Samples.sha256(bytes))
        let film = try await Film.with(.end).bytes()
        let record = try await daemon.upload(film, "collection=videos").record()
        #expect(record.rewritings == nil && record.sha256 == Samples.sha256(film))
        #expect(record.media?["isProgressive"] == .bool(false))
        try await daemon.upload(Samples.svg(), "collection=avatars").expectProblem(415, "type_not_allowed")
    }
}
