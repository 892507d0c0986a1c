import MediaTesting
import Testing

@Suite("A file over the limit", .daemon(), .serialized, .timeLimit(.minutes(3)))
struct SizeLimitTests {
    /// What the documents of these tests may have.
    static let limit = 256 << 10

    @Test("is refused by its Content-Length, before a byte of it is sent")
    func announced() async throws {
        let daemon = try Daemon.current()
        let before = Footprint(daemon)
        let probe = try await daemon.connect()
        let fields = [("Content-Length", "\(Self.limit + 1)")]
        try await probe.send("POST", "/api/upload?collection=documents", fields)
        // Nothing follows: an answer can only come from the head.
        let answer = try await probe.receive(to: "POST")
        let problem = try answer.expectProblem(413, "file_too_large")
        #expect(problem["maximumBytes"]?.array == [.string("\(Self.limit)")])
        try await before.expectUntouched(daemon)
    }

    @Test("is refused instead of asked for with 100 Continue")
    func expectation() async throws {
        let daemon = try Daemon.current()
        let probe = try await daemon.connect()
        let fields = [("Content-Length", "\(20 << 30)"), ("Expect", "100-continue")]
        try await probe.send("POST", "/api/upload?collection=documents", fields)
        let head = try await probe.take(through: "\r\n\r\n")
        #expect(String(decoding: head, as: UTF8.self).hasPrefix("HTTP/1.1 413"))
    }

    @Test("is refused in a form too, by the length of the whole")
    func announcedForm() async throws {
        let daemon = try Daemon.current()
        let before = Footprint(daemon)
        let probe = try await daemon.connect()
        let form = Form()
        let fields = [("Content-Type", form.contentType), ("Content-Length", "\(100 << 30)")]
        try await probe.send("POST", "/api/upload", fields)
        try await probe.receive(to: "POST").expectProblem(413, "file_too_large")
        try await before.expectUntouched(daemon)
    }

    @Test("is refused while it streams in chunks")
    func chunked() async throws {
        let daemon = try Daemon.current()
        let before = Footprint(daemon)
        let probe = try await daemon.connect()
        try await probe.send("POST", "/api/upload?collection=documents", [("Transfer-Encoding", "chunked")])
        let chunk = Array("10000\r\n".utf8) + [UInt8](repeating: 0x61, count: 65536) + [13, 10]
        // 64 MiB would follow; the daemon may close as soon as it has answered.
        for _ in 0..<1024 {
            do { try await probe.send(chunk) } catch { break }
        }
        try await probe.receive(to: "POST").expectProblem(413, "file_too_large")
        try await before.expectUntouched(daemon)
    }

    @Test("is refused while it streams in a form, wherever the collection stands", arguments: [true, false])
    func form(collectionFirst: Bool) async throws {
        let daemon = try Daemon.current()
        let before = Footprint(daemon)
        let bytes = [UInt8](repeating: 0x61, count: Self.limit + 1)
        let form =
            collectionFirst
            ? Form().field("collection", "documents").file(bytes) : Form().file(bytes).field("collection", "documents")
        try await daemon.upload(form).expectProblem(413, "file_too_large")
        try await before.expectUntouched(daemon)
    }

    @Test("that has exactly the limit is taken")
    func exact() async throws {
        let daemon = try Daemon.current()
        let bytes = [UInt8](repeating: 0x61, count: Self.limit - 1) + [10]
        let record = try await daemon.upload(bytes, "collection=documents").record()
        #expect(record.size == Self.limit)
        daemon.site.expectInTree(record)
        let more = try await daemon.upload(bytes + [10], "collection=documents")
        try more.expectProblem(413, "file_too_large")
    }

    @Test("lets the client read the answer, although it is still sending")
    func answerIsSeen() async throws {
        let daemon = try Daemon.current()
        // Sent without a look at what comes back, as simple clients do: 8 MiB are more than the sockets' buffers hold.
        let probe = try await daemon.connect()
        let body = [UInt8](repeating: 0x61, count: 8 << 20)
        let fields = [("Content-Length", "\(body.count)")]
        try await probe.send("POST", "/api/upload?collection=documents", fields)
        try await probe.send(body)
        try await probe.receive(to: "POST").expectProblem(413, "file_too_large")
    }
}
