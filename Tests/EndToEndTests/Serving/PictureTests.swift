import Crypto
import FoundationEssentials
import MediaTesting
import Testing

/// What clients send for an `<img>`.
private enum Accept {
    static let chromium = [("Accept", "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8")]
    static let oldSafari = [("Accept", "image/png,image/svg+xml,image/*;q=0.8,video/*;q=0.8,*/*;q=0.5")]
    static let webp = [("Accept", "image/webp")]
    static let anything = [("Accept", "*/*")]
}

private let secret = "a key of sixteen bytes or more"

private let configuration = Configurations.standard.replacing(
    "  avatars:\n",
    with: """
          avatars:
            parameters: open
            presets: [s64, card]
            preset:
              card: {width: 60, height: 40, dpr: 2, fit: cover, crop: centre, quality: 70, background: "#102030"}

        """
)
.replacing("images:\n", with: "images:\n  signatureKeys: [\(secret)]\n")

@Suite("A picture", .daemon(configuration: configuration), .timeLimit(.minutes(3)))
struct PictureTests {
    private static func isAnimated(_ bytes: [UInt8]) -> Bool { bytes.firstRange(of: Array("ANMF".utf8)) != nil }

    /// The size of a picture, read by another program.
    private static func size(_ bytes: [UInt8], of daemon: DaemonProcess) async throws -> String {
        let path = "\(daemon.site.directory)/\(uniqueName())"
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        let arguments = ["-v", "error", "-show_entries", "stream=width,height", "-of", "csv=p=0:s=x", path]
        let probe = try await ChildProcess.run(.init("ffprobe", arguments, directory: daemon.site.directory))
        return probe.text.trimmingPrefix { $0.isWhitespace }.split(separator: "\n").first.map(String.init) ?? ""
    }

    @Test("that browsers show wrongly is answered as one of its size that they show, and as it is for ?original")
    func standIn() async throws {
        let daemon = try Daemon.current()
        let bytes = try Samples.fixture("cmyk.jpg")
        let record = try await daemon.upload(bytes, "collection=posters").record()
        #expect(record.type == "image/jpeg")
        var tags: Set<String?> = []
        for (accept, type) in [
            (Accept.chromium, "image/avif"), (Accept.webp, "image/webp"), (Accept.oldSafari, "image/jpeg"),
            (Accept.anything, "image/jpeg"), ([], "image/jpeg"),
        ] {
            let answer = try await daemon.request("GET", record.url, accept)
            #expect(answer.status == 200)
            #expect(answer["Content-Type"] == type)
            #expect(answer["Vary"]?.contains("Accept") == true)
            #expect(answer["Cache-Control"]?.contains("immutable") == true)
            #expect(answer.body != bytes)
            tags.insert(answer["ETag"])
            let tag = try #require(answer["ETag"])
            let again = try await daemon.request("GET", record.url, accept + [("If-None-Match", tag)])
            #expect(again.status == 304)
            let head = try await daemon.request("HEAD", record.url, accept)
            #expect(head["Content-Length"] == "\(answer.body.count)")
            if type == "image/jpeg" { #expect(try await Self.size(answer.body, of: daemon) == "100x100") }
        }
        #expect(tags.count == 3)
        for query in ["&original", "&download"] {
            let original = try await daemon.request("GET", record.url + query, Accept.chromium)
            #expect(original.body == bytes)
            #expect(original["Vary"]?.contains("Accept") != true)
        }
    }

    @Test("of a type that the client names is answered as it is")
    func named() async throws {
        let daemon = try Daemon.current()
        let bytes = try Samples.fixture("iphone13-gps.heic")
        let record = try await daemon.upload(bytes, "collection=posters").record()
        let safari = [("Accept", "image/webp,image/avif,image/jxl,image/heic,image/heic-sequence,*/*;q=0.5")]
        let original = try await daemon.request("GET", record.url, safari)
        #expect(original["Content-Type"] == "image/heic")
        #expect(original.body.count == record.size)
        #expect(original["Vary"]?.contains("Accept") == true)
        let other = try await daemon.request("GET", record.url, Accept.oldSafari)
        #expect(other["Content-Type"] == "image/jpeg")
        #expect(try await Self.size(other.body, of: daemon) == "\(record.width ?? 0)x\(record.height ?? 0)")
        for word in ["Exif", "iPhone", "Apple"] {
            #expect(other.body.firstRange(of: Array(word.utf8)) == nil, "\(word)")
        }
    }

    @Test("comes from memory when it is asked for again, whatever decided about it")
    func fast() async throws {
        let daemon = try Daemon.current()
        let record = try await daemon.upload(try Samples.fixture("cmyk.jpg"), "collection=avatars").record()
        for target in [record.url, "\(record.url)&preset=s64", "\(record.url)&preset=s64&format=png"] {
            for accept in [Accept.chromium, Accept.webp, Accept.anything, []] {
                let slow = try await daemon.request("GET", target, accept + Route.router.fields)
                #expect(!slow.isFast)
                #expect(
                    try await eventually { try await daemon.request("HEAD", target, accept).isFast },
                    "\(target) \(accept)"
                )
                let fast = try await daemon.request("GET", target, accept)
                #expect(fast.isFast)
                #expect(fast.body == slow.body)
                for name in ["ETag", "Content-Type", "Vary", "Cache-Control", "Content-Disposition", "Last-Modified"] {
                    #expect(fast[name] == slow[name], "\(name) of \(target)")
                }
            }
        }
    }

    @Test("comes in the format that is asked for, whatever Accept says")
    func forced() async throws {
        let daemon = try Daemon.current()
        let record = try await daemon.upload(try Samples.jpeg(), "collection=posters").record()
        for (name, type) in [("avif", "avif"), ("webp", "webp"), ("jpeg", "jpeg"), ("jpg", "jpeg"), ("png", "png")] {
            let answer = try await daemon.request("GET", "\(record.url)&preset=w92&format=\(name)", Accept.webp)
            #expect(answer["Content-Type"] == "image/\(type)")
            #expect(answer["Vary"]?.contains("Accept") != true)
            #expect(try await Self.size(answer.body, of: daemon).hasPrefix("92x"))
        }
        let full = try await daemon.request("GET", "\(record.url)&format=webp")
        #expect(full["Content-Type"] == "image/webp")
        try await daemon.request("GET", "\(record.url)&format=bmp").expectProblem(400, "invalid_request")
        try await daemon.request("GET", "\(record.url)&at=1").expectProblem(400, "invalid_request")
        try await daemon.request("GET", "\(record.url)&still=perhaps").expectProblem(400, "invalid_request")
    }

    @Test("that moves goes on moving in WebP, and stands still elsewhere and when asked")
    func animation() async throws {
        let daemon = try Daemon.current()
        let record = try await daemon.upload(try Samples.fixture("cogs.gif"), "collection=avatars").record()
        let target = "\(record.url)&preset=s64"
        let moving = try await daemon.request("GET", target, Accept.chromium)
        #expect(moving["Content-Type"] == "image/webp")
        #expect(Self.isAnimated(moving.body))
        let still = try await daemon.request("GET", "\(target)&still", Accept.webp)
        #expect(still["Content-Type"] == "image/webp")
        #expect(!Self.isAnimated(still.body))
        #expect(moving["ETag"] != still["ETag"])
        // What it shows through stays so where WebP is not taken.
        let old = try await daemon.request("GET", target, Accept.oldSafari)
        #expect(old["Content-Type"] == (record.hasAlpha == true ? "image/png" : "image/jpeg"))
        let original = try await daemon.request("GET", record.url, Accept.chromium)
        #expect(original["Content-Type"] == "image/gif")
    }

    @Test("is what the configuration's preset says, with all that a preset can say")
    func richPreset() async throws {
        let daemon = try Daemon.current()
        let record = try await daemon.upload(try Samples.jpeg(), "collection=avatars").record()
        #expect(record.renditions.map(\.preset) == ["s64", "card"])
        #expect(record.renditions.last.map { [$0.width, $0.height] } == [120, 80])
        let answer = try await daemon.request("GET", try #require(record.renditions.last).url)
        #expect(try await Self.size(answer.body, of: daemon) == "120x80")
        #expect(answer["ETag"]?.contains("120x80-cover-centre-q70") == true)
    }

    @Test("may be had with free parameters where the collection is open")
    func open() async throws {
        let daemon = try Daemon.current()
        let record = try await daemon.upload(try Samples.jpeg(), "collection=avatars").record()
        for (query, size) in [
            ("width=50", "50x67"), ("height=30", "23x30"), ("width=50&height=50&fit=cover", "50x50"),
            ("width=50&height=50&fit=contain&background=ff0000", "50x50"), ("width=50&height=50", "38x50"),
            ("width=20&dpr=2", "40x53"), ("width=50&height=20&crop=0.1,0.9", "50x20"),
            ("width=50&blur=3&quality=30", "50x67"),
            ("width=4000", "308x410"), ("preset=s64&dpr=0.5", "32x32"),
        ] {
            let answer = try await daemon.request("GET", "\(record.url)&format=jpeg&\(query)")
            #expect(answer.status == 200, "\(query)")
            #expect(try await Self.size(answer.body, of: daemon) == size, "\(query)")
        }
        for query in [
            "width=0", "width=-1", "width=x", "width=70000", "width=4097", "width=2000&dpr=3", "dpr=9", "quality=0",
            "fit=stretch", "crop=left", "crop=2,0", "background=red", "blur=1e3", "height=",
        ] {
            try await daemon.request("GET", "\(record.url)&\(query)").expectProblem(400, "invalid_request", "\(query)")
        }
    }

    @Test("may be had with free parameters where the address is signed")
    func signed() async throws {
        let daemon = try Daemon.current()
        let record = try await daemon.upload(try Samples.jpeg(), "collection=posters").record()
        let target = "/files/\(record.path)?width=70&format=jpeg"
        let code = HMAC<SHA256>.authenticationCode(
            for: Array(target.utf8),
            using: SymmetricKey(data: Data(secret.utf8))
        )
        let signature = code.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        let answer = try await daemon.request("GET", "\(target)&signature=\(signature)")
        #expect(answer.status == 200)
        #expect(try await Self.size(answer.body, of: daemon).hasPrefix("70x"))
        try await daemon.request("GET", target).expectProblem(403, "parameters_not_allowed")
        try await daemon.request("GET", "/files/\(record.path)?width=71&format=jpeg&signature=\(signature)")
            .expectProblem(403, "signature_invalid")
        try await daemon.request("GET", "\(target)&signature=\(signature)&v=1").expectProblem(403, "signature_invalid")
        // Who asks for a preset needs none.
        #expect(try await daemon.request("GET", "/files/\(record.path)?preset=w92&signature=x").status == 200)
    }

    @Test("is rendered once for HEAD and GET")
    func head() async throws {
        let daemon = try Daemon.current()
        let record = try await daemon.upload(try Samples.jpeg(), "collection=avatars").record()
        let target = "\(record.url)&width=77&format=webp"
        let folder = "\(daemon.site.root)/renditions/\(record.sha256.prefix(2))/\(record.sha256.prefix(32))"
        func modified() throws -> [Date?] {
            try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasPrefix("77x") }
                .map { try FileManager.default.attributesOfItem(atPath: "\(folder)/\($0)")[.modificationDate] as? Date }
        }
        let head = try await daemon.request("HEAD", target)
        #expect(head.status == 200)
        let first = try modified()
        #expect(first.count == 1)
        let answer = try await daemon.request("GET", target)
        #expect(answer["Content-Length"] == head["Content-Length"])
        #expect(answer["ETag"] == head["ETag"])
        #expect(try modified() == first)
    }

    @Test("of a new focal point has a new address and tag, and another cut")
    func focalPoint() async throws {
        let daemon = try Daemon.current()
        let record = try await daemon.upload(try Samples.jpeg(), "collection=avatars").record()
        let before = try #require(record.renditions.first)
        let old = try await daemon.request("GET", before.url)
        #expect(old["Cache-Control"]?.contains("immutable") == true)
        let patch = try await daemon.request(
            "PATCH",
            "/api/media/\(record.id)",
            [("Content-Type", "application/json")],
            body: Array(#"{"focalPoint": {"x": 0.9, "y": 0.5}}"#.utf8)
        )
        #expect(patch.status == 200)
        let after = try #require(try Record(try JSONValue(parsing: patch.body)).renditions.first)
        #expect(after.url != before.url)
        let new = try await daemon.request("GET", after.url)
        #expect(new["Cache-Control"]?.contains("immutable") == true)
        #expect(new["ETag"] != old["ETag"])
        // The old address leads to the new picture, and nobody is to remember it under that.
        let stale = try await daemon.request("GET", before.url)
        #expect(stale["ETag"] == new["ETag"])
        #expect(stale["Cache-Control"]?.contains("immutable") == false)
    }
}
