import MediaTesting
import Testing

@Suite("The listing", .daemon(), .serialized, .timeLimit(.minutes(2)))
struct ListingTests {
    private func page(_ query: String) async throws -> (records: [Record], next: String?) {
        let answer = try await Daemon.current().request("GET", "/api/media?\(query)")
        try #require(answer.status == 200, "\(answer.text)")
        let json = try JSONValue(parsing: answer.body)
        #expect(json.members == ["cursor", "files", "nextCursor"])
        return (try #require(json["files"]?.array).map { try Record($0) }, json["nextCursor"]?.string)
    }

    @Test("page by page gives every file once, newest first, while others come and go")
    func pages() async throws {
        let daemon = try Daemon.current()
        let folder = uniqueName()
        var uploaded: [Record] = []
        for number in 0..<23 {
            let name = "collection=posters&name=\(folder)/\(number)"
            uploaded.append(try await daemon.upload(Samples.png(), name).record())
        }
        var seen: [Record] = []
        var cursor: String?
        var pages = 0
        repeat {
            let page = try await page("prefix=posters/\(folder)/&limit=5" + (cursor.map { "&cursor=\($0)" } ?? ""))
            #expect(page.records.count <= 5)
            seen += page.records
            cursor = page.next
            pages += 1
            // Newer files do not push what is still to come to another page.
            _ = try await daemon.upload(Samples.png(), "collection=posters&name=\(folder)/late\(pages)").record()
        } while cursor != nil && pages < 20
        #expect(seen.map(\.id) == uploaded.reversed().map(\.id))
        #expect(seen.map(\.id).sorted(by: >) == seen.map(\.id))
        #expect(pages == 5)
    }

    @Test("can be narrowed by collection, type and prefix, which matches no wildcard")
    func filters() async throws {
        let daemon = try Daemon.current()
        let folder = uniqueName()
        let png = try await daemon.upload(Samples.png(), "collection=posters&name=\(folder)/a_b").record()
        let jpeg = try await daemon.upload(try Samples.jpeg(), "collection=posters&name=\(folder)/aXb").record()
        let note = try await daemon.upload(Samples.text(), "collection=documents&name=\(folder)/a").record()
        func ids(_ query: String) async throws -> Set<String> { Set(try await page(query).records.map(\.id)) }
        #expect(try await ids("prefix=posters/\(folder)/") == [png.id, jpeg.id])
        #expect(try await ids("prefix=posters/\(folder)/&type=image/png") == [png.id])
        #expect(try await ids("prefix=posters/\(folder)/&type=image/*") == [png.id, jpeg.id])
        #expect(try await ids("prefix=posters/\(folder)/&collection=documents") == [])
        #expect(try await ids("collection=documents&prefix=documents/\(folder)") == [note.id])
        // `_` and `%` mean themselves.
        #expect(try await ids("prefix=posters/\(folder)/a_b") == [png.id])
        #expect(try await ids("prefix=posters/\(folder)/%25") == [])
        #expect(try await ids("prefix=%27%3B%20DROP%20TABLE%20media.files--") == [])
        #expect(try await ids("path=/files/\(png.path)") == [png.id])
        #expect(try await ids("path=posters/\(folder)/nothing.png") == [])
    }

    @Test(
        "refuses what is no page",
        arguments: [
            "limit=0", "limit=-1", "limit=x", "limit=100000000", "cursor=x", "cursor=%27", "path=..", "type=%00",
        ]
    )
    func badPages(query: String) async throws {
        let daemon = try Daemon.current()
        let answer = try await daemon.request("GET", "/api/media?\(query)")
        #expect(answer.status == 400, "\(answer.text)")
        #expect(answer["Content-Type"] == "application/problem+json")
    }

    @Test(
        "knows no ids but UUIDs, and does not choke on others",
        arguments: ["x", "1", "%27", "00000000-0000-0000-0000-000000000000", "%00"]
    )
    func badIDs(id: String) async throws {
        let daemon = try Daemon.current()
        for method in ["GET", "DELETE"] {
            let answer = try await daemon.request(method, "/api/media/\(id)")
            #expect([400, 404].contains(answer.status), "\(method) \(id): \(answer.status)")
            #expect(answer["Content-Type"] == "application/problem+json")
        }
    }
}
