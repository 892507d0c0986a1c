import MediaTesting
import Testing

@Suite("A thumbnail", .daemon(), .timeLimit(.minutes(3)))
struct PresetTests {
    static let accepts: [(String?, String)] = [
        ("image/webp", "image/webp"),
        ("image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8", "image/avif"),
        ("image/avif;q=0.9,image/webp,*/*;q=0.8", "image/webp"),
        ("image/jpeg", "image/jpeg"), ("image/webp;q=0, */*", "image/jpeg"),
        ("image/webp;q=0.5, image/jpeg", "image/jpeg"),
        ("*/*", "image/jpeg"), (nil, "image/jpeg"), ("text/html", "image/jpeg"),
        ("image/png,image/*;q=0.8,*/*;q=0.5", "image/jpeg"),
    ]

    @Test("comes as WebP to those who ask for it, else as JPEG, and says what it depends on", arguments: accepts)
    func negotiation(accept: String?, type: String) async throws {
        let daemon = try Daemon.current()
        let record = try await daemon.upload(try Samples.jpeg(), "collection=posters").record()
        let fields = accept.map { [("Accept", $0)] } ?? []
        let answer = try await daemon.request("GET", "/files/\(record.path)?preset=w92", fields)
        #expect(answer.status == 200)
        #expect(answer["Content-Type"] == type)
        #expect(answer["Vary"]?.lowercased().contains("accept") == true)
        let isWebP =
            answer.body.prefix(4).elementsEqual("RIFF".utf8)
            && answer.body.dropFirst(8).prefix(4).elementsEqual("WEBP".utf8)
        #expect(isWebP == (type == "image/webp"))
        if type == "image/jpeg" { #expect(answer.body.starts(with: [0xFF, 0xD8, 0xFF])) }
    }

    @Test("of each kind has its own tag, and is conditional and ranged like any file")
    func tags() async throws {
        let daemon = try Daemon.current()
        let record = try await daemon.upload(try Samples.jpeg(), "collection=posters").record()
        let path = "/files/\(record.path)?preset=w92"
        let webp = try await daemon.request("GET", path, [("Accept", "image/webp")])
        let jpeg = try await daemon.request("GET", path, [("Accept", "image/jpeg")])
        let other = try await daemon.request("GET", "/files/\(record.path)?preset=w154", [("Accept", "image/jpeg")])
        let original = try await daemon.request("GET", "/files/\(record.path)")
        #expect(Set([webp, jpeg, other, original].map { $0["ETag"] }).count == 4)
        let tag = try #require(jpeg["ETag"])
        let fields = [("Accept", "image/jpeg"), ("If-None-Match", tag)]
        let again = try await daemon.request("GET", path, fields)
        #expect(again.status == 304)
        #expect(again["Vary"]?.lowercased().contains("accept") == true)
        // The JPEG's tag says nothing of the WebP.
        #expect(
            try await daemon.request("GET", path, [("Accept", "image/webp"), ("If-None-Match", tag)]).status == 200
        )
        let part = try await daemon.request("GET", path, [("Accept", "image/jpeg"), ("Range", "bytes=0-9")])
        #expect(part.status == 206)
        #expect(part.body == Array(jpeg.body.prefix(10)))
        let head = try await daemon.request("HEAD", path, [("Accept", "image/jpeg")])
        #expect(head["Content-Length"] == "\(jpeg.body.count)")
    }

    @Test("carries nothing of the photographer's whereabouts, and none is left behind in staging")
    func metadata() async throws {
        let daemon = try Daemon.current()
        let bytes = try Samples.fixture("iphone13-gps.heic")
        let record = try await daemon.upload(bytes, "collection=posters").record()
        for type in ["image/webp", "image/jpeg"] {
            let answer = try await daemon.request("GET", "/files/\(record.path)?preset=w342", [("Accept", type)])
            #expect(answer["Content-Type"] == type)
            for word in ["Exif", "iPhone", "Apple", "ICC_PROFILE", "xmp"] {
                #expect(answer.body.firstRange(of: Array(word.utf8)) == nil, "\(type) has \(word)")
            }
        }
        #expect(try await eventually { daemon.site.filesInStaging.isEmpty })
    }

    @Test("is never enlarged")
    func small() async throws {
        let daemon = try Daemon.current()
        let record = try await daemon.upload(Samples.png(width: 40, height: 30), "collection=posters").record()
        #expect(record.renditions.allSatisfy { $0.width == 40 && $0.height == 30 })
        let answer = try await daemon.request("GET", "/files/\(record.path)?preset=w780")
        #expect(answer.status == 200)
        let probe = try await ChildProcess.run(
            .init(
                "ffprobe",
                [
                    "-v", "error", "-show_entries", "stream=width,height", "-of", "csv=p=0",
                    "\(daemon.url)/files/\(record.path)?preset=w780",
                ],
                directory: daemon.site.directory
            )
        )
        #expect(probe.text.hasPrefix("40,30"), "\(probe.text) \(probe.errors)")
    }

    @Test("that does not exist is refused, with what there is")
    func unknown() async throws {
        let daemon = try Daemon.current()
        let record = try await daemon.upload(try Samples.jpeg(), "collection=posters").record()
        for preset in ["s64", "w1", "w92x", "", "..", "w92/../w154", "W92"] {
            let problem = try await daemon.request("GET", "/files/\(record.path)?preset=\(preset)")
                .expectProblem(400, "unknown_preset", "\(preset)")
            #expect(problem["detail"]?.string?.contains("w342") == true)
        }
        let note = try await daemon.upload(Samples.text(), "collection=documents").record()
        #expect(note.renditions.isEmpty)
        try await daemon.request("GET", "\(note.url)&preset=w92").expectProblem(400, "unknown_preset")
        try await daemon.request("GET", "/files/posters/nothing.jpg?preset=w92").expectProblem(404, "not_found")
    }

    @Test("asked for by many at once is the same for all")
    func stampede() async throws {
        let daemon = try Daemon.current()
        let record = try await daemon.upload(try Samples.fixture("iphone13-gps.heic"), "collection=avatars").record()
        let bodies = try await withThrowingTaskGroup(of: [UInt8].self) { group in
            for _ in 0..<12 {
                group.addTask {
                    let answer = try await daemon.request(
                        "GET",
                        "/files/\(record.path)?preset=s512",
                        [("Accept", "image/webp")]
                    )
                    #expect(answer.status == 200)
                    return answer.body
                }
            }
            return try await group.reduce(into: Set<[UInt8]>()) { $0.insert($1) }
        }
        #expect(bodies.count == 1)
    }

    @Test("comes back when renditions/ was emptied")
    func rebuilt() async throws {
        let daemon = try Daemon.current()
        let record = try await daemon.upload(try Samples.jpeg(), "collection=avatars").record()
        let path = "/files/\(record.path)?preset=s128"
        let first = try await daemon.request("GET", path)
        let emptied = try await ChildProcess.run(
            .init("find", ["\(daemon.site.root)/renditions", "-mindepth", "1", "-type", "f", "-delete"])
        )
        #expect(emptied.ending == .exited(0))
        let second = try await daemon.request("GET", path)
        #expect(second.status == 200)
        #expect(second.body == first.body)
    }
}
