import MediaTesting
import Testing

@Suite("Cache-Control", .daemon(configuration: Configurations.fresh), .timeLimit(.minutes(3)))
struct CacheControlTests {
    private static let forEver = "max-age=31536000, public, immutable"
    private static let never = "max-age=0, must-revalidate, public"

    private func control(_ target: String, _ fields: [(String, String)] = []) async throws -> String? {
        try await Daemon.current().request("GET", target, fields)["Cache-Control"]
    }

    @Test("H1: the present version's address is kept for ever, max-age first")
    func versioned() async throws {
        let record = try await Daemon.current().upload(try Samples.jpeg(), "collection=posters").record()
        let rendition = try #require(record.renditions.first)
        for target in [record.url, "/api\(record.url)", rendition.url, "/api\(rendition.url)"] {
            #expect(try await control(target) == Self.forEver, "\(target)")
        }
    }

    @Test("H1: an address with another version is not, whatever the collection allows")
    func stale() async throws {
        let daemon = try Daemon.current()
        let name = uniqueName()
        let old = try await daemon.upload(try Samples.jpeg(), "collection=posters&name=\(name)").record()
        #expect(try await control(old.url) == Self.forEver)
        let new = try await daemon.upload(try Samples.jpeg(), "collection=posters&name=\(name)").record()
        #expect(new.path == old.path && new.url != old.url)
        let answer = try await daemon.request("GET", old.url)
        #expect(answer["Cache-Control"] == Self.never)
        #expect(Samples.sha256(answer.body) == new.sha256)
        #expect(try await control(try #require(old.renditions.first).url) == Self.never)
        #expect(try await control(new.url) == Self.forEver)
        for version in ["", "0", String(new.sha256.prefix(31)), new.sha256, new.sha256.prefix(32).uppercased()] {
            #expect(try await control("/files/\(new.path)?v=\(version)") == Self.never, "\(version)")
        }
        // The first one counts, as everywhere.
        let present = new.sha256.prefix(32)
        #expect(try await control("/files/\(new.path)?v=\(present)&v=0") == Self.forEver)
        #expect(try await control("/files/\(new.path)?v=0&v=\(present)") == Self.never)
    }

    @Test("H2: without a version the collection says how long, and 0 is to ask each time")
    func byCollection() async throws {
        let daemon = try Daemon.current()
        let cases: [(String, [UInt8], String)] = [
            ("posters", try Samples.jpeg(), "max-age=3600, public"),
            ("videos", try Samples.video(), "max-age=31536000, public"),
            ("avatars", try Samples.jpeg(), Self.never), ("documents", Samples.text(), Self.never),
        ]
        for (collection, bytes, expected) in cases {
            let record = try await daemon.upload(bytes, "collection=\(collection)").record()
            #expect(try await control("/files/\(record.path)") == expected, "\(collection)")
            #expect(try await control("/api/files/\(record.path)?download") == expected, "\(collection)")
            if let preset = record.renditions.first?.preset {
                #expect(try await control("/files/\(record.path)?preset=\(preset)") == expected, "\(collection)")
            }
        }
    }

    @Test("H2: every answer with the file or instead of it has one, and errors are not kept")
    func everywhere() async throws {
        let daemon = try Daemon.current()
        let sample = try await ServedSample(try Samples.jpeg(), "collection=posters", daemon)
        let kept: [(String, [(String, String)], Int)] = [
            ("GET", [], 200), ("HEAD", [], 200), ("GET", [("Range", "bytes=0-1")], 206),
            ("GET", [("Range", "bytes=0-1,5-6")], 206), ("GET", [("If-None-Match", "*")], 304),
            ("HEAD", [("If-None-Match", sample.tag)], 304),
        ]
        for (method, fields, status) in kept {
            let answer = try await daemon.request(method, sample.path, fields)
            #expect(answer.status == status)
            #expect(answer["Cache-Control"] == "max-age=3600, public", "\(method) \(fields)")
            #expect(answer["Expires"] == nil && answer["Age"] == nil && answer["Pragma"] == nil)
        }
        for (fields, status) in [([("Range", "bytes=9999999-")], 416), ([("If-Match", "\"x\"")], 412)] {
            let answer = try await daemon.request("GET", sample.path, fields)
            #expect(answer.status == status)
            #expect(answer["Cache-Control"] == "no-store")
        }
        #expect(try await control("/files/posters/nothing.jpg") == "no-store")
    }

    @Test("H3: an original varies on nothing, a thumbnail on Accept alone")
    func vary() async throws {
        let daemon = try Daemon.current()
        let record = try await daemon.upload(try Samples.jpeg(), "collection=posters").record()
        for fields in [[], [("Origin", "https://a.example")], [("Range", "bytes=0-1")], [("If-None-Match", "*")]] {
            #expect(try await daemon.request("GET", record.url, fields)["Vary"] == nil, "\(fields)")
            let rendition = try await daemon.request("GET", "\(record.url)&preset=w92", fields)
            #expect(rendition["Vary"] == "Accept", "\(fields)")
        }
    }
}

/// Collections whose files may be shown for a while after they are stale.
@Suite(
    "Cache-Control with stale-while-revalidate",
    .daemon(configuration: Configurations.stale),
    .timeLimit(.minutes(3))
)
struct StaleControlTests {
    @Test("D5: stands in every answer that carries max-age, as its collection says", arguments: Route.semantics)
    func everywhere(route: Route) async throws {
        let daemon = try Daemon.current()
        let sample = try await ServedSample(try Samples.jpeg(), "collection=posters", daemon)
        let expected = "max-age=60, public, stale-while-revalidate=600, stale-if-error=86400"
        let kept: [(String, [(String, String)], Int)] = [
            ("GET", [], 200), ("HEAD", [], 200), ("GET", [("Range", "bytes=0-1")], 206),
            ("GET", [("If-None-Match", "*")], 304),
        ]
        for (method, fields, status) in kept {
            for query in ["", "?preset=w92"] {
                let answer = try await sample.request(method, fields, query: query, by: route)
                #expect(answer.status == status)
                #expect(answer["Cache-Control"] == expected, "\(method) \(fields) \(query)")
            }
        }
        let version = sample.record.sha256.prefix(32)
        for (query, control) in [
            ("?v=\(version)", "max-age=31536000, public, immutable"), ("?v=0", "max-age=0, must-revalidate, public"),
        ] {
            #expect(try await sample.request(query: query, by: route)["Cache-Control"] == control)
        }
    }

    @Test("D5: with max-age 0 there is no must-revalidate; other collections and errors are as before")
    func others() async throws {
        let daemon = try Daemon.current()
        for (collection, bytes, expected) in [
            ("videos", try Samples.video(), "max-age=0, public, stale-while-revalidate=30"),
            ("documents", Samples.text(), "max-age=0, must-revalidate, public"),
        ] {
            let record = try await daemon.upload(bytes, "collection=\(collection)").record()
            let answer = try await daemon.request("GET", "/files/\(record.path)")
            #expect(answer["Cache-Control"] == expected, "\(collection)")
        }
        let video = try await daemon.upload(try Samples.video(), "collection=videos").record()
        for part in ["hls/index.m3u8", "hls/main.m3u8", "hls/main-0.m4s", "storyboard.vtt", "storyboard/1.jpg"] {
            let answer = try await daemon.request("GET", "/files/\(video.path)/\(part)")
            #expect(answer.status == 200, "\(part)")
            #expect(answer["Cache-Control"] == "max-age=0, public, stale-while-revalidate=30", "\(part)")
        }
        #expect(try await daemon.request("GET", "/files/posters/nothing.jpg")["Cache-Control"] == "no-store")
        #expect(try await daemon.request("GET", "/api/media")["Cache-Control"] == "no-store")
    }
}

extension Configurations {
    /// Collections whose files stay fresh: an hour, as long as may be, not at all.
    static let fresh =
        standard
        .replacing("    maximumSize: 20MiB\n", with: "    maximumSize: 20MiB\n    maxAge: 1h\n")
        .replacing("    maximumSize: 64MiB\n", with: "    maximumSize: 64MiB\n    maxAge: 8760h\n")
        .replacing("    maximumSize: 256KiB\n", with: "    maximumSize: 256KiB\n    maxAge: 0s\n")

    /// Pictures that may be stale for long, videos that are asked about each time but need not be waited for.
    static let stale =
        standard
        .replacing(
            "    maximumSize: 20MiB\n",
            with: "    maximumSize: 20MiB\n    maxAge: 1m\n    staleWhileRevalidate: 10m\n    staleIfError: 24h\n"
        )
        .replacing("    maximumSize: 64MiB\n", with: "    maximumSize: 64MiB\n    staleWhileRevalidate: 30s\n")
}
