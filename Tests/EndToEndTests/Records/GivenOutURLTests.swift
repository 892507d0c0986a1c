import FoundationEssentials
import MediaTesting
import Testing

/// F7 and the end of D4: URLs that were given out, or that a person types, lead to the file.
@Suite("A URL that was given out (F7)", .daemon(), .timeLimit(.minutes(3)))
struct GivenOutURLTests {
    @Test("of a JPEG that a PNG replaced answers 308 with the URL of today, query included, and back again")
    func replacedByAnotherType() async throws {
        let daemon = try Daemon.current()
        let name = uniqueName()
        let jpeg = try await daemon.upload(try Samples.jpeg(), "collection=posters&name=\(name)").record()
        let png = try await daemon.upload(Samples.png(), "collection=posters&name=\(name)").record()
        #expect(jpeg.id == png.id && jpeg.path != png.path)
        for root in ["/files/", "/api/files/"] {
            for method in ["GET", "HEAD"] {
                let answer = try await daemon.request(method, "\(root)\(jpeg.path)?preset=w342&v=x")
                #expect(answer.status == 308)
                #expect(answer["Location"] == "\(root)\(png.path)?preset=w342&v=x")
                #expect(answer["Cache-Control"] == "max-age=0, must-revalidate, public")
            }
        }
        let target = try #require(try await daemon.request("GET", "/files/\(jpeg.path)")["Location"])
        #expect(try await daemon.request("GET", target).status == 200)

        _ = try await daemon.upload(try Samples.jpeg(), "collection=posters&name=\(name)").record()
        #expect(try await daemon.request("GET", "/files/\(jpeg.path)").status == 200)
        #expect(try await daemon.request("GET", "/files/\(png.path)")["Location"] == "/files/\(jpeg.path)")
        #expect(try await daemon.request("DELETE", "/api/media/\(jpeg.id)").status == 204)
        #expect(try await daemon.request("GET", "/files/\(png.path)").status == 404)
    }

    @Test("without its extension finds the file; a wrong extension of a known type does not")
    func withoutExtension() async throws {
        let daemon = try Daemon.current()
        let name = uniqueName()
        let record = try await daemon.upload(try Samples.jpeg(), "collection=posters&name=\(name)").record()
        let answer = try await daemon.request("GET", "/files/posters/\(name)?preset=w92")
        #expect(answer.status == 308)
        #expect(answer["Location"] == "/files/\(record.path)?preset=w92")
        #expect(try await daemon.request("GET", "/files/posters/\(name).png").status == 404)
        #expect(try await daemon.request("GET", "/files/posters/\(name)/").status == 404)
        #expect(try await daemon.request("GET", "/files/documents/\(name)").status == 404)
    }

    @Test("in the decomposed form of a name finds what was uploaded by it, on every URL and filter")
    func decomposed() async throws {
        let daemon = try Daemon.current()
        let unique = uniqueName()
        let (sent, stored) = ("Ame%CC%81lie-\(unique)", "Am%C3%A9lie-\(unique)")
        let record = try await daemon.upload(try Samples.jpeg(), "collection=posters&name=\(sent)").record()
        #expect(record.url.hasPrefix("/files/posters/\(stored).jpg"))
        for target in [
            "/files/posters/\(sent).jpg", "/files/posters/\(stored).jpg", "/files/posters/\(sent).jpg?preset=w92",
        ] {
            #expect(try await daemon.request("GET", target).status == 200, "\(target)")
        }
        #expect(
            try await daemon.request("GET", "/files/posters/\(sent)")["Location"] == "/files/posters/\(stored).jpg"
        )
        for query in [
            "path=posters/\(sent).jpg", "pathPrefix=posters/\(sent)", "prefix=posters/\(sent)", "search=\(sent)",
        ] {
            let answer = try await daemon.request("GET", "/api/media?\(query)")
            let files = try #require(try JSONValue(parsing: answer.body)["files"]?.array)
            #expect(try files.map { try Record($0).id } == [record.id], "\(query)")
        }
    }

    /// One black pixel.
    private static let gif: [UInt8] =
        Array("GIF89a".utf8) + [1, 0, 1, 0, 0x80, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0]
        + [2, 2, 0x44, 1, 0, 0x3B]

    @Test("of every earlier type answers one 308 to the type of today, and never leads in a circle")
    func chain() async throws {
        let daemon = try Daemon.current()
        let name = uniqueName()
        var paths: [String] = []
        for bytes in [try Samples.jpeg(), Samples.png(), Self.gif] {
            paths.append(try await daemon.upload(bytes, "collection=posters&name=\(name)").record().path)
        }
        let newest = try #require(paths.last)
        for path in paths.dropLast() + ["posters/\(name)"] {
            let answer = try await daemon.request("GET", "/files/\(path)?a=%20b&c", [("Range", "bytes=0-1")])
            #expect(answer.status == 308 && answer["Location"] == "/files/\(newest)?a=%20b&c", "\(path)")
        }
        #expect(try await daemon.request("GET", "/files/\(newest)").status == 200)
    }

    @Test("has each query parameter below /api once: 400 where a name is there twice, or under both of its names")
    func repeatedParameters() async throws {
        let daemon = try Daemon.current()
        for (method, target, name) in [
            ("GET", "/api/media?limit=1&limit=2", "limit"), ("GET", "/api/media?prefix=a&pathPrefix=b", "pathPrefix"),
            ("POST", "/api/upload?collection=posters&collection=avatars", "collection"),
            ("POST", "/api/uploads?collection=posters&name=a&n%61me=a", "name"),
        ] {
            let answer = try await daemon.request(method, target)
            #expect(answer.status == 400, "\(target)")
            #expect(answer.text.contains(name), "\(answer.text)")
        }
        let record = try await daemon.upload(try Samples.jpeg(), "collection=posters&name=\(uniqueName())").record()
        #expect(try await daemon.request("GET", "/files/\(record.path)?a=1&a=2&unknown").status == 200)
    }

    @Test("has no unknown query parameters below /api: 400 names the nearest known one")
    func unknownParameters() async throws {
        let daemon = try Daemon.current()
        for (method, target, nearest) in [
            ("GET", "/api/media?colection=posters", "collection"), ("GET", "/api/media?limits=1", "limit"),
            ("POST", "/api/upload?collection=posters&Name=x", "name"), ("POST", "/api/uploads?replce=1", "replace"),
        ] {
            let answer = try await daemon.request(method, target)
            #expect(answer.status == 400, "\(target)")
            #expect(answer.text.contains("\\\"\(nearest)\\\""), "\(answer.text)")
        }
        let id = "018f2b3c-0000-7000-8000-000000000001"
        for method in ["GET", "PATCH", "DELETE"] {
            #expect(try await daemon.request(method, "/api/media/\(id)?recursive=1").status == 400)
        }
    }

    @Test("stands once in renditions for each width: a srcset must not repeat one")
    func widths() async throws {
        let daemon = try Daemon.current()
        let record = try await daemon.upload(Samples.png(width: 400, height: 100), "collection=posters").record()
        let widths = record.renditions.map(\.width)
        #expect(widths == [92, 154, 185, 342, 400])
        #expect(record.renditions.last?.preset == "w500")
        // Not listed, and there all the same.
        #expect(try await daemon.request("GET", "/files/\(record.path)?preset=w780").status == 200)
    }

    @Test("is in the list of the URLs to purge, as every other one that caches may have of the file (D5)")
    func addresses() async throws {
        let daemon = try Daemon.current()
        let name = uniqueName()
        let old = try await daemon.upload(try Samples.jpeg(), "collection=posters&name=\(name)").record()
        let record = try await daemon.upload(Samples.png(), "collection=posters&name=\(name)").record()
        let answer = try await daemon.request("GET", "/api/media/\(record.id)/addresses")
        try #require(answer.status == 200, "\(answer.text)")
        let listed = try #require(try JSONValue(parsing: answer.body)["addresses"]?.array?.compactMap(\.string))
        #expect(Set(listed).count == listed.count)
        for address in [
            record.url, "/files/\(record.path)", "/api/files/\(record.path)", "/files/\(old.path)",
            "/files/posters/\(name)",
        ]
            + record.renditions.map(\.url)
        {
            #expect(listed.contains(address), "\(address)")
        }
        for address in listed {
            let status = try await daemon.request("HEAD", address).status
            #expect([200, 308].contains(status), "\(status) \(address)")
        }
        let missing = try await daemon.request("GET", "/api/media/018f2b3c-0000-7000-8000-000000000001/addresses")
        #expect(missing.status == 404)
    }

    @Test("of a part of a stream or storyboard is in the list too (D5)")
    func addressesOfVideos() async throws {
        let daemon = try Daemon.current()
        let record = try await daemon.upload(try Samples.video(), "collection=videos&name=\(uniqueName())").record()
        let answer = try await daemon.request("GET", "/api/media/\(record.id)/addresses")
        let listed = try #require(try JSONValue(parsing: answer.body)["addresses"]?.array?.compactMap(\.string))
        let version = record.sha256.prefix(32)
        let stem = String(record.path.dropFirst("videos/".count).dropLast(".mp4".count))
        for part in [
            "/hls/index.m3u8", "/hls/\(stem).m3u8", "/hls/\(stem).index.m3u8", "/hls/main.m3u8?v=\(version)",
            "/hls/main-init.mp4?v=\(version)",
            "/hls/main-0.m4s?v=\(version)", "/storyboard.vtt", "/storyboard/1.jpg?v=\(version)",
        ] {
            #expect(listed.contains("/files/\(record.path)\(part)"), "\(part)")
        }
    }

    private func addresses(of record: Record) async throws -> [String] {
        let answer = try await Daemon.current().request("GET", "/api/media/\(record.id)/addresses")
        return try #require(
            try JSONValue(parsing: answer.body)["addresses"]?.array?.compactMap(\.string),
            "\(answer.text)"
        )
    }

    @Test("D5: of what moves `still` is in the list too, and every URL of every list is one")
    func animations() async throws {
        let daemon = try Daemon.current()
        let record = try await daemon.upload(try Samples.fixture("cogs.gif"), "collection=posters").record()
        let listed = try await self.addresses(of: record)
        for query in ["?still", "?preset=w92&still", "?preset=w92&format=webp&still", "?format=jpeg&still"] {
            #expect(listed.contains("/files/\(record.path)\(query)"), "\(query)")
        }
        for address in listed {
            let status = try await daemon.request("HEAD", address).status
            #expect([200, 308].contains(status), "\(status) \(address)")
        }
    }

    @Test("D5: the list of a file with subtitles has what is made of it below the video")
    func subtitles() async throws {
        let daemon = try Daemon.current()
        let name = uniqueName()
        let video = try await daemon.upload(try Samples.fixture("clip-5s.mp4"), "collection=videos&name=\(name)")
            .record()
        let text = Array("1\n00:00:00,100 --> 00:00:02,000\nBonjour.\n".utf8)
        let subtitles = try await daemon.upload(text, "collection=videos&name=\(name).fr").record()
        let listed = try await self.addresses(of: subtitles)
        let (root, version) = ("/files/\(video.path)/hls", video.sha256.prefix(32))
        for part in [
            "index.m3u8", "\(name).m3u8", "subtitles-fr.m3u8", "subtitles-fr.m3u8?v=\(version)", "subtitles-fr.vtt",
            "subtitles-fr.vtt?v=\(version)-\(subtitles.sha256.prefix(32))",
        ] {
            #expect(listed.contains("\(root)/\(part)"), "\(part)")
        }
        #expect(!listed.contains { $0.contains("main-0") }, "they do not decide the picture")
        #expect(try await self.addresses(of: video).contains("\(root)/subtitles-fr.m3u8"))
    }

    @Test("D5: chapters are in the list")
    func chapters() async throws {
        let daemon = try Daemon.current()
        let (text, film) = ("\(daemon.site.directory)/chapters.txt", "\(daemon.site.directory)/chapters.mp4")
        let chapters =
            ";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1\nSTART=0\nEND=2\ntitle=One\n[CHAPTER]\nTIMEBASE=1/1\nSTART=2\nEND=5\ntitle=Two\n"
        try Data(chapters.utf8).write(to: URL(fileURLWithPath: text))
        try Data(try Samples.fixture("clip-5s.mp4")).write(to: URL(fileURLWithPath: "\(film).in.mp4"))
        let words = ["-v", "error", "-i", "\(film).in.mp4", "-i", text, "-map_metadata", "1", "-c", "copy", film]
        let made = try await ChildProcess.run(.init("ffmpeg", words))
        try #require(made.ending == .exited(0), "\(made.errors)")
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: film)))
        let record = try await daemon.upload(bytes, "collection=videos").record()
        let version = record.sha256.prefix(32)
        let listed = try await self.addresses(of: record)
        for address in ["/files/\(record.path)/chapters.vtt", "/api/files/\(record.path)/chapters.vtt?v=\(version)"] {
            #expect(listed.contains(address))
            #expect(try await daemon.request("GET", address).status == 200)
        }
    }
}
