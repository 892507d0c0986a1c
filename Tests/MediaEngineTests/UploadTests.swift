import MediaCore
import MediaEngine
import MediaTesting
import Testing

@Suite("Uploads")
struct UploadTests {
    struct Refusal: Sendable, CustomStringConvertible {
        var description: String
        var text: String
        var collection: String
        var name: String?
        var code: MediaError.Code
    }

    static let refusals: [Refusal] = [
        .init(description: "empty", text: "", collection: "posters", name: "1", code: .emptyFile),
        .init(
            description: "over the limit",
            text: "jpeg " + String(repeating: "x", count: 996),
            collection: "posters",
            name: "1",
            code: .fileTooLarge
        ),
        .init(
            description: "other type",
            text: "html <script>",
            collection: "posters",
            name: "1.jpg",
            code: .typeNotAllowed
        ),
        .init(
            description: "unknown bytes",
            text: "#!/bin/sh",
            collection: "posters",
            name: "1.jpg",
            code: .typeNotAllowed
        ),
        .init(description: "damaged", text: "broken", collection: "posters", name: "1", code: .fileDamaged),
        .init(description: "bomb", text: "huge", collection: "posters", name: "1", code: .imageTooLarge),
        .init(description: "worker died", text: "crash", collection: "posters", name: "1", code: .processingFailed),
        .init(description: "bad name", text: "jpeg", collection: "posters", name: "../1", code: .invalidName),
        .init(
            description: "name where none may be",
            text: "pdf",
            collection: "receipts",
            name: "mine",
            code: .invalidName
        ),
        .init(
            description: "no name where one must be",
            text: "mp4",
            collection: "videos",
            name: nil,
            code: .invalidName
        ),
        .init(description: "no such collection", text: "jpeg", collection: "nope", name: "1", code: .unknownCollection),
    ]

    @Test("A refused upload leaves no staged file, no file, no record, no intent", arguments: refusals)
    func refused(_ refusal: Refusal) async throws {
        let fixture = try EngineFixture(TemporaryRoot())
        let found = await code { () async throws(MediaError) in
            try await fixture.upload(refusal.text, to: refusal.collection, refusal.name)
        }
        #expect(found == refusal.code)
        #expect(fixture.root.tree("staging") == [])
        #expect(fixture.root.tree("files") == [])
        #expect(fixture.memory.events == [])
        #expect(try await fixture.memory.openIntents() == [])
    }

    @Test("A file of exactly the limit is taken; the type decides the extension, the record says what the bytes are")
    func taken() async throws {
        let fixture = try EngineFixture(TemporaryRoot())
        let text = "jpeg " + String(repeating: "x", count: 995)
        let file = try await fixture.upload(text, to: "posters", "holiday.png")
        #expect(file.path.text == "posters/holiday.jpg")
        #expect(file.dimensions == PixelSize(width: 1000, height: 500))
        #expect(file.version.size.bytes == 1000)
        #expect(try await fixture.text(at: "posters/holiday.jpg") == text)
        #expect(try await fixture.findings() == [])
        #expect(fixture.root.tree("staging") == [])
    }

    @Test("Without a name a file gets an id as its name")
    func generated() async throws {
        let fixture = try EngineFixture(TemporaryRoot())
        let first = try await fixture.upload("pdf", to: "receipts", nil)
        let second = try await fixture.upload("pdf", to: "receipts", nil)
        #expect(MediaID(first.name.text) != nil)
        #expect(first.path != second.path)
    }

    @Test("always replaces, on-request only when asked, never never")
    func replacing() async throws {
        let fixture = try EngineFixture(TemporaryRoot())
        let poster = try await fixture.upload("jpeg one", to: "posters")
        let again = try await fixture.upload("jpeg two", to: "posters")
        #expect(again.id == poster.id && again.createdAt == poster.createdAt)
        #expect(try await fixture.text(at: "posters/1.jpg") == "jpeg two")
        try await fixture.upload("mp4 one", to: "videos", "trailers/m")
        #expect(
            await code { () async throws(MediaError) in try await fixture.upload("mp4 two", to: "videos", "trailers/m")
            }
                == .nameTaken
        )
        #expect(try await fixture.text(at: "videos/trailers/m.mp4") == "mp4 one")
        try await fixture.upload("mp4 two", to: "videos", "trailers/m", replace: true)
        #expect(try await fixture.text(at: "videos/trailers/m.mp4") == "mp4 two")
        try await fixture.upload("pdf one", to: "documents", "d")
        #expect(
            await code { () async throws(MediaError) in
                try await fixture.upload("pdf two", to: "documents", "d", replace: true)
            } == .nameTaken
        )
        #expect(try await fixture.text(at: "documents/d.pdf") == "pdf one")
        #expect(fixture.root.tree("staging") == [])
        #expect(try await fixture.findings() == [])
    }

    @Test("A replacement of another type leaves one file, and the old path is gone")
    func otherType() async throws {
        let fixture = try EngineFixture(TemporaryRoot())
        let png = try await fixture.upload("png one", to: "posters", "deep/er/1")
        let jpeg = try await fixture.upload("jpeg two", to: "posters", "deep/er/1")
        #expect(jpeg.id == png.id)
        #expect(fixture.root.tree("files") == ["posters/deep/er/1.jpg"])
        #expect(
            await code { () async throws(MediaError) in _ = try await fixture.text(at: "posters/deep/er/1.png") }
                == .notFound
        )
        #expect(try await fixture.memory.openIntents() == [])
        #expect(try await fixture.findings() == [])
    }

    @Test("A file that the catalog does not know is never written over")
    func occupied() async throws {
        let fixture = try EngineFixture(TemporaryRoot())
        try fixture.root.write("precious", to: "files/posters/1.jpg")
        #expect(await code { () async throws(MediaError) in try await fixture.upload("jpeg one") } == .pathOccupied)
        try await fixture.upload("png one")
        #expect(await code { () async throws(MediaError) in try await fixture.upload("jpeg two") } == .pathOccupied)
        #expect(fixture.root.read("files/posters/1.jpg") == "precious")
        #expect(try await fixture.text(at: "posters/1.png") == "png one")
        #expect(fixture.root.tree("staging") == [])
        #expect(try await fixture.memory.openIntents() == [])
    }
}
