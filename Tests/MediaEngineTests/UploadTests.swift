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
        .init(description: "over the limit", text: "jpeg " + String(repeating: "x", count: 996), collection: "posters", name: "1", code: .fileTooLarge),
        .init(description: "other type", text: "html <script>", collection: "posters", name: "1.jpg", code: .typeNotAllowed),
        .init(description: "unknown bytes", text: "#!/bin/sh", collection: "posters", name: "1.jpg", code: .typeNotAllowed),
        .init(description: "damaged", text: "broken", collection: "posters", name: "1", code: .fileDamaged),
        .init(description: "bomb", text: "huge", collection: "posters", name: "1", code: .imageTooLarge),
        .init(description: "worker died", text: "crash", collection: "posters", name: "1", code: .processingFailed),
        .init(description: "bad name", text: "jpeg", collection: "posters", name: "../1", code: .invalidName),
        .init(description: "name where none may be", text: "pdf", collection: "receipts", name: "mine", code: .invalidName),
        .init(description: "no name where one must be", text: "mp4", collection: "videos", name: nil, code: .invalidName),
        .init(description: "no such collection", text: "jpeg", collection: "nope", name: "1", code: .unknownCollection),
    ]

    @Test("A refused upload leaves no staged file, no file, no record, no intent", arguments: refusals)
    func refused(_ refusal: Refusal) async throws {
        let house = try House(TemporaryRoot())
        let found = await code { () async throws(MediaError) in
            try await house.upload(refusal.text, to: refusal.collection, refusal.name)
        }
        #expect(found == refusal.code)
        #expect(house.root.tree("staging") == [])
        #expect(house.root.tree("files") == [])
        #expect(house.memory.events == [])
        #expect(try await house.memory.openIntents() == [])
    }

    @Test("A file of exactly the limit is taken; the type decides the extension, the record says what the bytes are")
    func taken() async throws {
        let house = try House(TemporaryRoot())
        let text = "jpeg " + String(repeating: "x", count: 995)
        let file = try await house.upload(text, to: "posters", "holiday.png")
        #expect(file.path.text == "posters/holiday.jpg")
        #expect(file.dimensions == PixelSize(width: 1000, height: 500))
        #expect(file.version.size.bytes == 1000)
        #expect(try await house.text(at: "posters/holiday.jpg") == text)
        #expect(try await house.findings() == [])
        #expect(house.root.tree("staging") == [])
    }

    @Test("Without a name a file gets an id as its name")
    func generated() async throws {
        let house = try House(TemporaryRoot())
        let first = try await house.upload("pdf", to: "receipts", nil)
        let second = try await house.upload("pdf", to: "receipts", nil)
        #expect(MediaID(first.name.text) != nil)
        #expect(first.path != second.path)
    }

    @Test("always replaces, on-request only when asked, never never")
    func replacing() async throws {
        let house = try House(TemporaryRoot())
        let poster = try await house.upload("jpeg one", to: "posters")
        let again = try await house.upload("jpeg two", to: "posters")
        #expect(again.id == poster.id && again.createdAt == poster.createdAt)
        #expect(try await house.text(at: "posters/1.jpg") == "jpeg two")
        try await house.upload("mp4 one", to: "videos", "trailers/m")
        #expect(await code { () async throws(MediaError) in try await house.upload("mp4 two", to: "videos", "trailers/m") } == .nameTaken)
        #expect(try await house.text(at: "videos/trailers/m.mp4") == "mp4 one")
        try await house.upload("mp4 two", to: "videos", "trailers/m", replace: true)
        #expect(try await house.text(at: "videos/trailers/m.mp4") == "mp4 two")
        try await house.upload("pdf one", to: "documents", "d")
        #expect(await code { () async throws(MediaError) in try await house.upload("pdf two", to: "documents", "d", replace: true) } == .nameTaken)
        #expect(try await house.text(at: "documents/d.pdf") == "pdf one")
        #expect(house.root.tree("staging") == [])
        #expect(try await house.findings() == [])
    }

    @Test("A replacement of another type leaves one file, and the old path is gone")
    func otherType() async throws {
        let house = try House(TemporaryRoot())
        let png = try await house.upload("png one", to: "posters", "deep/er/1")
        let jpeg = try await house.upload("jpeg two", to: "posters", "deep/er/1")
        #expect(jpeg.id == png.id)
        #expect(house.root.tree("files") == ["posters/deep/er/1.jpg"])
        #expect(await code { () async throws(MediaError) in _ = try await house.text(at: "posters/deep/er/1.png") } == .notFound)
        #expect(try await house.memory.openIntents() == [])
        #expect(try await house.findings() == [])
    }

    @Test("A file that the catalog does not know is never written over")
    func occupied() async throws {
        let house = try House(TemporaryRoot())
        try house.root.write("precious", to: "files/posters/1.jpg")
        #expect(await code { () async throws(MediaError) in try await house.upload("jpeg one") } == .pathOccupied)
        try await house.upload("png one")
        #expect(await code { () async throws(MediaError) in try await house.upload("jpeg two") } == .pathOccupied)
        #expect(house.root.read("files/posters/1.jpg") == "precious")
        #expect(try await house.text(at: "posters/1.png") == "png one")
        #expect(house.root.tree("staging") == [])
        #expect(try await house.memory.openIntents() == [])
    }

    @Test("Of several files all are inspected before the first is committed; one refused keeps all out")
    func allOrNothing() async throws {
        let house = try House(TemporaryRoot())
        let refused = await code { () async throws(MediaError) in
            _ = try await house.upload([("jpeg a", "a"), ("png b", "b"), ("html c", "c")], to: "posters")
        }
        #expect(refused == .typeNotAllowed)
        let same = await code { () async throws(MediaError) in
            _ = try await house.upload([("jpeg a", "a"), ("png b", "a.png")], to: "posters")
        }
        #expect(same == .invalidName)
        #expect(house.root.tree("files") == [] && house.root.tree("staging") == [])
        let files = try await house.upload([("jpeg a", "a"), ("png b", "b")], to: "posters")
        #expect(files.map(\.path.text) == ["posters/a.jpg", "posters/b.png"])
    }

    @Test("When a later commit fails, the error names what is in already")
    func partlyCommitted() async throws {
        let house = try House(TemporaryRoot())
        try await house.upload("pdf old", to: "documents", "b")
        do {
            _ = try await house.upload([("pdf a", "a"), ("pdf b", "b"), ("pdf c", "c")], to: "documents")
            Issue.record("b is taken")
        } catch {
            #expect(error.code == .nameTaken)
            #expect(error.details["committed"] == ["documents/a.pdf"])
        }
        #expect(house.root.tree("files") == ["documents/a.pdf", "documents/b.pdf"])
        #expect(house.root.tree("staging") == [])
        #expect(try await house.findings() == [])
    }

    @Test("What can be refused before a byte is read is")
    func precheck() async throws {
        let house = try House(TemporaryRoot())
        let posters = try house.uploads.collection(named: "posters")
        #expect(throws: MediaError.self) { try house.uploads.precheck(collection: posters, name: "a/../b", size: nil) }
        #expect(throws: MediaError.self) { try house.uploads.precheck(collection: posters, name: "1", size: ByteCount(bytes: 1001)) }
        try house.uploads.precheck(collection: posters, name: nil, size: ByteCount(bytes: 1000))
        #expect(house.uploads.largestMaximumSize == .mebibytes(1))
    }

    @Test("20 uploads to one name at once: all are told the truth, one version is there whole")
    func concurrent() async throws {
        let house = try House(TemporaryRoot())
        let versions = await withTaskGroup(of: MediaFile?.self) { group in
            for number in 0..<20 {
                group.addTask { try? await house.upload("\(number.isMultiple(of: 2) ? "jpeg" : "png") \(number)") }
            }
            return await group.reduce(into: [MediaFile?]()) { $0.append($1) }
        }
        #expect(versions.compactMap { $0 }.count == 20)
        #expect(Set(versions.compactMap { $0?.id }).count == 1)
        #expect(house.root.tree("files").count == 1)
        #expect(house.memory.events.count == 20)
        #expect(house.root.tree("staging") == [])
        #expect(try await house.findings() == [])
    }

    @Test("In a collection that never replaces, of 20 uploads to one name exactly one is taken")
    func concurrentNever() async throws {
        let house = try House(TemporaryRoot())
        let codes = await withTaskGroup(of: MediaError.Code?.self) { group in
            for number in 0..<20 {
                group.addTask {
                    await code { () async throws(MediaError) in try await house.upload("pdf \(number)", to: "documents", "d") }
                }
            }
            return await group.reduce(into: [MediaError.Code?]()) { $0.append($1) }
        }
        #expect(codes.filter { $0 == nil }.count == 1)
        #expect(codes.filter { $0 == .nameTaken }.count == 19)
        #expect(try await house.findings() == [])
    }
}
