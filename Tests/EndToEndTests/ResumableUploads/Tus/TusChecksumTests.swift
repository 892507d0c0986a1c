import MediaTesting
import Testing

/// Checklist A7: checksums in the head and in the trailer.
@Suite("tus: checksums", .daemon(configuration: Configurations.uploads), .timeLimit(.minutes(3)))
struct TusChecksumTests {
    private static func algorithms(_ daemon: DaemonProcess) async throws -> Set<String> {
        let answer = try await daemon.request("OPTIONS", "/api/uploads")
        return Set((answer["Tus-Checksum-Algorithm"] ?? "").split(separator: ",").map(String.init))
    }

    @Test("A7.56: without a checksum what came of a broken request stays")
    func withoutChecksum() async throws {
        let daemon = try Daemon.current()
        let bytes = Samples.document(1000)
        let upload = try await daemon.createUpload(bytes.count)
        let probe = try await daemon.stall(upload, at: 0, length: 1000, sending: bytes.prefix(600), [])
        probe.reset()
        #expect(try await daemon.offset(of: upload) == 600)
        try await daemon.append(bytes.dropFirst(600), to: upload, at: 600)
        try await daemon.expectPublished(upload, bytes)
    }

    @Test("the tests' own checksums are right")
    func vectors() {
        let nine = Array("123456789".utf8)
        #expect(Checksums.value("crc32", of: nine) == [0xCB, 0xF4, 0x39, 0x26])
        #expect(Checksums.value("crc32c", of: nine) == [0xE3, 0x06, 0x92, 0x83])
    }

    @Test("A7.51, A7.54: a right checksum is taken, over this request's bytes alone", arguments: Checksums.algorithms)
    func right(algorithm: String) async throws {
        let daemon = try Daemon.current()
        guard try await Self.algorithms(daemon).contains(algorithm) else {
            // crc32c is the one that may be missing.
            #expect(algorithm == "crc32c")
            return
        }
        let bytes = Samples.document(150_000)
        let upload = try await daemon.createUpload(bytes.count)
        for (start, end) in [(0, 1), (1, 70_000), (70_000, 70_000), (70_000, 150_000)] {
            let part = Array(bytes[start..<end])
            try await daemon.append(part, to: upload, at: start, [Checksums.field(algorithm, of: part)])
        }
        try await daemon.expectPublished(upload, bytes)
    }

    @Test("A7.52: a wrong one answers 460 and the bytes are dropped", arguments: Checksums.algorithms, [1, 100_000])
    func wrong(algorithm: String, count: Int) async throws {
        let daemon = try Daemon.current()
        guard try await Self.algorithms(daemon).contains(algorithm) else { return #expect(algorithm == "crc32c") }
        let bytes = Samples.document(count + 10)
        let upload = try await daemon.createUpload(bytes.count)
        try await daemon.append(bytes.prefix(10), to: upload, at: 0)
        let answer = try await daemon.patch(upload, at: 10, bytes.dropFirst(10), [Checksums.wrong(algorithm)])
        #expect(answer.status == 460)
        #expect(try JSONValue(parsing: answer.body)["code"]?.string == "checksum_mismatch")
        #expect(try await daemon.offset(of: upload) == 10)
        try await daemon.append(bytes.dropFirst(10), to: upload, at: 10)
        try await daemon.expectPublished(upload, bytes)
    }

    @Test(
        "A7.52: an unknown algorithm, a wrong length or form answers 400 and changes nothing",
        arguments: [
            "sha3 AAAA", "SHA1 Kq5sNclPz7QV2+lfQIuc6R7oRu0=", "sha1", "sha1 ", "sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0",
            "sha1 AAAA", "sha256 Kq5sNclPz7QV2+lfQIuc6R7oRu0=", "sha1 !!!", "", "Kq5sNclPz7QV2+lfQIuc6R7oRu0=",
            "sha1  Kq5sNclPz7QV2+lfQIuc6R7oRu0=", "sha1 Kq5sNclPz7QV2-lfQIuc6R7oRu0=",
        ]
    )
    func malformed(value: String) async throws {
        let daemon = try Daemon.current()
        let upload = try await daemon.createUpload(11)
        let answer = try await daemon.patch(upload, at: 0, "hello world".utf8, [("Upload-Checksum", value)])
        try answer.expectProblem(400, "invalid_request", "\(value)")
        #expect(try await daemon.offset(of: upload) == 0)
    }

    @Test("A7.53: a body with a checksum that breaks off leaves nothing, and nothing of it shows meanwhile")
    func brokenOff() async throws {
        let daemon = try Daemon.current()
        let bytes = Samples.document(300_000)
        let upload = try await daemon.createUpload(bytes.count)
        try await daemon.append(bytes.prefix(1000), to: upload, at: 0)
        let probe = try await daemon.stall(
            upload,
            at: 1000,
            length: bytes.count - 1000,
            sending: bytes[1000..<200_000],
            [Checksums.field("sha1", of: Array(bytes[1000...]))]
        )
        #expect(try await daemon.report(on: upload).offset == 1000)
        probe.reset()
        #expect(try await daemon.offset(of: upload) == 1000)
        try await daemon.append(bytes[1000...], to: upload, at: 1000)
        try await daemon.expectPublished(upload, bytes)
    }

    @Test("A7.55: a checksum in the trailer is verified", arguments: Checksums.algorithms)
    func trailer(algorithm: String) async throws {
        let daemon = try Daemon.current()
        guard try await Self.algorithms(daemon).contains(algorithm) else { return #expect(algorithm == "crc32c") }
        let bytes = Samples.document(120_000)
        let upload = try await daemon.createUpload(bytes.count)
        let wrong = try await Self.patchWithTrailer(daemon, upload, bytes, Checksums.wrong(algorithm))
        #expect(wrong.status == 460, "\(wrong.text)")
        #expect(try await daemon.offset(of: upload) == 0)
        let right = try await Self.patchWithTrailer(daemon, upload, bytes, Checksums.field(algorithm, of: bytes))
        #expect(right.status == 204, "\(right.text)")
        #expect(right["Upload-Offset"] == "\(bytes.count)")
        try await daemon.expectPublished(upload, bytes)
    }

    @Test(
        "A7.55: an announced trailer that does not come, or is malformed, drops the bytes",
        arguments: [nil, "sha1 x"]
    )
    func missingTrailer(value: String?) async throws {
        let daemon = try Daemon.current()
        let bytes = Samples.document(5000)
        let upload = try await daemon.createUpload(bytes.count)
        let answer = try await Self.patchWithTrailer(daemon, upload, bytes, value.map { ("Upload-Checksum", $0) })
        #expect(answer.status == 400, "\(answer.text)")
        #expect(try await daemon.offset(of: upload) == 0)
        // And a connection that breaks before the trailer.
        let probe = try await daemon.connect()
        let fields = Tus.patch(at: 0) + [("Transfer-Encoding", "chunked"), ("Trailer", "Upload-Checksum")]
        try await probe.send("PATCH", upload.path, fields)
        try await probe.send(Array("1388\r\n".utf8) + bytes + Array("\r\n".utf8))
        try await daemon.expectReceiving(upload, 5000)
        #expect(try await daemon.report(on: upload).offset == 0)
        probe.reset()
        #expect(try await daemon.offset(of: upload) == 0)
    }

    private static func patchWithTrailer(
        _ daemon: DaemonProcess,
        _ upload: UploadAddress,
        _ bytes: [UInt8],
        _ trailer: (String, String)?
    ) async throws -> ProbeResponse {
        let probe = try await daemon.connect()
        let fields = Tus.patch(at: 0) + [("Transfer-Encoding", "chunked"), ("Trailer", "Upload-Checksum")]
        try await probe.send("PATCH", upload.path, fields)
        for start in stride(from: 0, to: bytes.count, by: 50_000) {
            let chunk = bytes[start..<min(start + 50_000, bytes.count)]
            try await probe.send(Array("\(String(chunk.count, radix: 16))\r\n".utf8) + chunk + [13, 10])
        }
        try await probe.send("0\r\n\(trailer.map { "\($0): \($1)\r\n" } ?? "")\r\n")
        return try await probe.receive(to: "PATCH")
    }
}
