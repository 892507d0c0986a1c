import MediaTesting
import Testing

/// Checklist A4: PATCH by one client at a time.
@Suite("tus: PATCH", .daemon(configuration: Configurations.uploads), .timeLimit(.minutes(3)))
struct TusPatchTests {
    @Test(
        "A4.22: another media type answers 415 and changes nothing",
        arguments: [
            nil, "application/octet-stream", "text/plain", "application/partial-upload", "", "offset+octet-stream",
        ]
    )
    func mediaType(type: String?) async throws {
        let daemon = try Daemon.current()
        let upload = try await daemon.createUpload(10)
        let fields = [("Upload-Offset", "0")] + (type.map { [("Content-Type", $0)] } ?? [])
        let answer = try await daemon.tus("PATCH", upload.path, fields, body: Array("0123456789".utf8))
        try answer.expectProblem(415, "unsupported_media_type")
        #expect(try await daemon.offset(of: upload) == 0)
    }

    @Test(
        "A4.22: the media type may be in any case and have parameters",
        arguments: ["Application/Offset+Octet-Stream", "application/offset+octet-stream; charset=utf-8"]
    )
    func mediaTypeForms(type: String) async throws {
        let daemon = try Daemon.current()
        let upload = try await daemon.createUpload(10)
        let fields = [("Upload-Offset", "0"), ("Content-Type", type)]
        let answer = try await daemon.tus("PATCH", upload.path, fields, body: Array("01234".utf8))
        #expect(answer.status == 204, "\(answer.text)")
    }

    @Test("A4.23: without Upload-Offset answers 400 and changes nothing")
    func noOffset() async throws {
        let daemon = try Daemon.current()
        let upload = try await daemon.createUpload(10)
        let answer = try await daemon.tus("PATCH", upload.path, [Tus.octets], body: Array("01234".utf8))
        try answer.expectProblem(400, "invalid_request")
        #expect(try await daemon.offset(of: upload) == 0)
    }

    @Test("A4.24: an offset that is not the upload's answers 409 and changes nothing", arguments: [0, 3, 5, 10, 99])
    func offsetMismatch(offset: Int) async throws {
        let daemon = try Daemon.current()
        let upload = try await daemon.createUpload(10)
        try await daemon.append("0123".utf8, to: upload, at: 0)
        let answer = try await daemon.patch(upload, at: offset, "x".utf8)
        try answer.expectProblem(409, "offset_mismatch")
        #expect(try await daemon.offset(of: upload) == 4)
    }

    @Test("A4.24: a refused request's body is read past, or the connection closed: the next one is not taken from it")
    func refusedBody() async throws {
        let daemon = try Daemon.current()
        let upload = try await daemon.createUpload(200_000)
        // What would be a request if the body were not understood as one.
        let trap = "DELETE \(upload.path) HTTP/1.1\r\nHost: x\r\nTus-Resumable: 1.0.0\r\n\r\n"
        let body = Array(repeating: Array(trap.utf8), count: 1000).flatMap { $0 }
        let probe = try await daemon.connect()
        try await probe.send("PATCH", upload.path, Tus.patch(at: 7), body: body)
        try await probe.receive(to: "PATCH").expectProblem(409, "offset_mismatch")
        #expect(try await daemon.offset(of: upload) == 0)
    }

    @Test("A4.25, A4.31: pieces of any size come together, with a length or in chunks", arguments: [true, false])
    func pieces(isChunked: Bool) async throws {
        let daemon = try Daemon.current()
        let bytes = Samples.document(3 << 20)
        let upload = try await daemon.createUpload(bytes.count)
        let probe = try await daemon.connect()
        var offset = 0
        for size in [1, 4095, 1, 65_536, 100_000, 1 << 20, 512, bytes.count] {
            let part = Array(bytes[offset..<min(offset + size, bytes.count)])
            if isChunked {
                let fields = Tus.patch(at: offset) + [("Transfer-Encoding", "chunked")]
                try await probe.send("PATCH", upload.path, fields)
                for start in stride(from: 0, to: part.count, by: 50_000) {
                    let chunk = part[start..<min(start + 50_000, part.count)]
                    try await probe.send(Array("\(String(chunk.count, radix: 16))\r\n".utf8) + chunk + [13, 10])
                }
                try await probe.send("0\r\n\r\n")
            } else {
                try await probe.send("PATCH", upload.path, Tus.patch(at: offset), body: part)
            }
            let answer = try await probe.receive(to: "PATCH")
            offset += part.count
            #expect(answer.status == 204, "\(answer.text)")
            #expect(answer["Upload-Offset"] == "\(offset)")
        }
        try await daemon.expectPublished(upload, bytes)
    }

    @Test("A4.26: an unknown upload answers 404, an ended one 410")
    func unknown() async throws {
        let daemon = try Daemon.current()
        try await daemon.patch(.unknown, at: 0, [1]).expectProblem(404, "not_found")
        let upload = try await daemon.createUpload(10)
        #expect(try await daemon.tus("DELETE", upload.path).status == 204)
        try await daemon.patch(upload, at: 0, [1]).expectProblem(410, "upload_gone")
        try await daemon.request("GET", upload.path).expectProblem(410, "upload_gone")
    }

    @Test("A4.28, A4.31: what came before the connection broke is kept", arguments: [true, false])
    func broken(isReset: Bool) async throws {
        let daemon = try Daemon.current()
        let bytes = Samples.document(500_000)
        let upload = try await daemon.createUpload(bytes.count)
        let probe = try await daemon.stall(upload, length: bytes.count, sending: bytes.prefix(300_001))
        // Everything that the daemon has read counts; what a reset throws away in the kernel it never saw.
        if isReset { probe.reset() } else { probe.finishSending() }
        #expect(try await daemon.offset(of: upload) == 300_001)
        try await daemon.append(bytes[300_001...], to: upload, at: 300_001)
        try await daemon.expectPublished(upload, bytes)
    }

    @Test(
        "A4.30: more than the length answers 413, known from Content-Length or seen on the way",
        arguments: [true, false]
    )
    func tooLong(isChunked: Bool) async throws {
        let daemon = try Daemon.current()
        let bytes = Samples.document(1000)
        let upload = try await daemon.createUpload(1000)
        try await daemon.append(bytes.prefix(400), to: upload, at: 0)
        let rest = Array(bytes[400...]) + Array("too much".utf8)
        let probe = try await daemon.connect()
        if isChunked {
            try await probe.send("PATCH", upload.path, Tus.patch(at: 400) + [("Transfer-Encoding", "chunked")])
            try await probe.send(Array("\(String(rest.count, radix: 16))\r\n".utf8) + rest + [13, 10])
        } else {
            try await probe.send("PATCH", upload.path, Tus.patch(at: 400), body: rest)
        }
        try await probe.receive(to: "PATCH").expectProblem(413, "upload_too_long")
        // At most the length is stored, and never the foreign bytes.
        let offset = try await daemon.offset(of: upload)
        #expect((400...1000).contains(offset), "\(offset)")
        if offset < 1000 { try await daemon.append(bytes[offset...], to: upload, at: offset) }
        // All bytes may be there without a request that said so: an empty one at the end does.
        let last = try await daemon.patch(upload, at: 1000, [])
        #expect(last.status == 204, "\(last.text)")
        try await daemon.expectPublished(upload, bytes)
    }

    @Test("A4.32: an empty body changes nothing; at the end of a finished upload it does not finish it again")
    func empty() async throws {
        let daemon = try Daemon.current()
        let bytes = Samples.document(100)
        let upload = try await daemon.createUpload(100)
        try await daemon.append([], to: upload, at: 0)
        try await daemon.append(bytes.prefix(50), to: upload, at: 0)
        try await daemon.append([], to: upload, at: 50)
        try await daemon.append(bytes.dropFirst(50), to: upload, at: 50)
        let record = try await daemon.expectPublished(upload, bytes)
        for _ in 0..<3 { try await daemon.append([], to: upload, at: 100) }
        #expect(try await daemon.expectPublished(upload, bytes) == record)
        let more = try await daemon.patch(upload, at: 100, [1])
        #expect(more.status == 403 || more.status == 413, "\(more.status)")
        #expect(try await daemon.expectPublished(upload, bytes) == record)
    }

    @Test("A4.33: Expect: 100-continue gets its 100 before the body, and a refusal instead of it")
    func expectation() async throws {
        let daemon = try Daemon.current()
        let bytes = Samples.document(2000)
        let upload = try await daemon.createUpload(2000)
        let expects = [("Expect", "100-continue"), ("Content-Length", "2000")]
        let refused = try await daemon.connect()
        try await refused.send("PATCH", upload.path, Tus.patch(at: 5, expects))
        #expect(try await refused.receiveAnyHead().status == 409)
        let probe = try await daemon.connect()
        try await probe.send("PATCH", upload.path, Tus.patch(at: 0, expects))
        #expect(try await probe.receiveAnyHead().status == 100)
        try await probe.send(bytes)
        #expect(try await probe.receive(to: "PATCH").status == 204)
        try await daemon.expectPublished(upload, bytes)
    }
}
