import MediaTesting
import Testing

/// Names in Unicode's normalisation form D, as macOS sends them.
@Suite("A decomposed name", .daemon(configuration: Configurations.films), .timeLimit(.minutes(3)))
struct DecomposedNameTests {
    @Test("D4: finds what it uploaded, on every address, on every way, and deletes it", arguments: Route.semantics)
    func everywhere(route: Route) async throws {
        let daemon = try Daemon.current()
        let unique = uniqueName()
        // A folder and a name, each with accents; Hangul, whose syllables fall apart too.
        let (sent, stored) = (
            "e%CC%81te%CC%81-\(unique)/Ame%CC%81lie%20%E1%84%92%E1%85%A1%E1%86%AB",
            "%C3%A9t%C3%A9-\(unique)/Am%C3%A9lie%20%ED%95%9C"
        )
        let record = try await daemon.upload(try Samples.fixture("clip-5s.mp4"), "collection=videos&name=\(sent)")
            .record()
        #expect(record.url.hasPrefix("/files/videos/\(stored).mp4"))
        func ask(_ method: String, _ target: String, _ fields: [(String, String)] = []) async throws -> ProbeResponse {
            route == .http2
                ? try await daemon.curl(.http2, method, target, fields)
                : try await daemon.request(method, target, fields + route.fields)
        }
        let file = "Ame%CC%81lie%20%E1%84%92%E1%85%A1%E1%86%AB"
        for root in ["/files/videos/", "/api/files/videos/"] {
            for part in [
                "", "?preset=poster", "?at=1", "/storyboard.vtt", "/storyboard/1.jpg", "/hls/index.m3u8",
                "/hls/\(file).m3u8", "/hls/main-init.mp4", "/hls/main-0.m4s",
            ] {
                for _ in 1...2 {
                    #expect(try await ask("GET", "\(root)\(sent).mp4\(part)").status == 200, "\(root) \(part)")
                }
            }
            #expect(try await ask("GET", "\(root)\(sent).mp4", [("Range", "bytes=5-9")]).status == 206)
            #expect(try await ask("HEAD", "\(root)\(sent).mp4").status == 200)
            #expect(try await ask("GET", "\(root)\(sent)")["Location"] == "\(root)\(stored).mp4")
        }
        for query in [
            "path=videos/\(sent).mp4", "pathPrefix=videos/\(sent)", "prefix=videos/\(sent)", "search=\(file)",
            "path=videos/\(stored).mp4",
        ] {
            let answer = try await ask("GET", "/api/media?\(query)")
            let files = try #require(try JSONValue(parsing: answer.body)["files"]?.array, "\(query)")
            #expect(try files.map { try Record($0).id }.contains(record.id), "\(query)")
        }
        #expect(try await ask("DELETE", "/api/media/\(record.id)").status == 204)
        #expect(try await ask("GET", "/files/videos/\(sent).mp4").status == 404)
    }

    @Test("D4: in the metadata of tus, in a form and in the other protocol, it is the same name")
    func otherProtocols() async throws {
        let daemon = try Daemon.current()
        let bytes = try Samples.jpeg()
        let unique = uniqueName()
        let (decomposed, composed) = ("Ame\u{301}lie-\(unique)", "Am\u{E9}lie-\(unique)")
        let metadata = Tus.metadata([
            ("collection", "posters"), ("name", decomposed), ("filename", "\(decomposed).jpg"),
        ])
        let upload = try await daemon.createUpload(bytes.count, metadata)
        try await daemon.append(bytes, to: upload, at: 0)
        let record = try await daemon.expectPublished(upload, bytes)
        #expect(Array(record.path.utf8) == Array("posters/\(composed).jpg".utf8))
        let form = Form().field("collection", "posters").field("name", decomposed)
            .file(bytes, fileName: "\(decomposed).jpg")
        let again = try await daemon.upload(form).record()
        #expect(again.id == record.id, "it replaced the one by tus")
        let encoded = "Ame%CC%81lie-\(unique)"
        let target = "/api/upload?collection=posters&name=\(encoded)"
        let third = try await daemon.exchange("POST", target, Interop.current.creation(true), body: bytes).record()
        #expect(third.id == record.id, "it replaced the one of the form")
    }
}
