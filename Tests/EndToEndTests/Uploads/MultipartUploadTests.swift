import MediaTesting
import Testing

@Suite("A multipart upload", .daemon(), .timeLimit(.minutes(3)))
struct MultipartUploadTests {
    @Test("takes the fields before the file")
    func fieldsFirst() async throws {
        let daemon = try Daemon.current()
        let bytes = try Samples.jpeg()
        let name = uniqueName()
        let form = Form().field("collection", "posters").field("name", name).file(
            bytes,
            fileName: "C:\\fakepath\\x.jpg"
        )
        let record = try await daemon.upload(form).record()
        #expect(record.path == "posters/\(name).jpg")
        #expect(record.originalFilename == "x.jpg")
        #expect(record.sha256 == Samples.sha256(bytes))
        daemon.site.expectInTree(record)
    }

    @Test("takes the fields after the file")
    func fieldsLast() async throws {
        let daemon = try Daemon.current()
        let name = uniqueName()
        let form = Form().file(try Samples.jpeg()).field("name", name).field("collection", "posters")
        let record = try await daemon.upload(form).record()
        #expect(record.path == "posters/\(name).jpg")
        daemon.site.expectInTree(record)
    }

    @Test("takes the fields from the address")
    func fieldsInQuery() async throws {
        let daemon = try Daemon.current()
        let name = uniqueName()
        let form = Form().file(try Samples.jpeg())
        let record = try await daemon.upload(form, query: "collection=posters&name=\(name)").record()
        #expect(record.path == "posters/\(name).jpg")
    }

    @Test("takes several files, in order, each whole")
    func severalFiles() async throws {
        let daemon = try Daemon.current()
        let files = [Samples.png(), try Samples.jpeg(padding: 300_000), Samples.png(width: 300, height: 300)]
        let form = files.reduce(Form().field("collection", "posters")) { $0.file($1) }
        let records = try await daemon.upload(form).records()
        #expect(records.map(\.sha256) == files.map(Samples.sha256))
        #expect(Set(records.map(\.path)).count == 3)
        for record in records { daemon.site.expectInTree(record) }
    }

    @Test("with one refused file keeps all of them out, and leaves nothing")
    func allOrNothing() async throws {
        let daemon = try Daemon.current()
        let name = uniqueName()
        let form = Form().field("collection", "posters")
            .field("name", "\(name)-good").file(Samples.png())
            .field("name", "\(name)-bad").file(Array("<?php system($_GET['c']); ?>".utf8), fileName: "x.png")
        try await daemon.upload(form).expectProblem(415, "type_not_allowed")
        #expect(!daemon.site.filesInTree.contains { $0.contains(name) })
    }

    @Test("may hold what looks like a delimiter")
    func delimiterLookalikes() async throws {
        let daemon = try Daemon.current()
        let text = Array("Kind regards\r\n--\r\n----mediad\r\n\r\n--mediad--\r\n".utf8) + Samples.text()
        let record = try await daemon.upload(Form().field("collection", "documents").file(text)).record()
        #expect(record.sha256 == Samples.sha256(text))
        #expect(record.size == text.count)
    }

    @Test("may arrive byte by byte")
    func byteByByte() async throws {
        let daemon = try Daemon.current()
        let bytes = Samples.png(width: 6, height: 4)
        let form = Form().field("collection", "posters").file(bytes)
        let probe = try await daemon.connect()
        let fields = [("Content-Type", form.contentType), ("Content-Length", "\(form.bytes.count)")]
        try await probe.send("POST", "/api/upload", fields)
        for byte in form.bytes { try await probe.send([byte]) }
        #expect(try await probe.receive(to: "POST").record().sha256 == Samples.sha256(bytes))
    }
}
