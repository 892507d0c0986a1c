import MediaTesting
import Testing

/// Checklist B2, B23 to B27: drafts, digests, names.
@Suite("HTTP uploads: drafts", .daemon(configuration: Configurations.uploads), .timeLimit(.minutes(3)))
struct HTTPUploadInteropTests {
    @Test("B2: without a version the upload works as in the newest draft, without interim answers")
    func noVersion() async throws {
        let daemon = try Daemon.current()
        let bytes = Samples.document(1000)
        let target = DaemonProcess.documentTarget()
        let begun = try await daemon.exchange(
            "POST",
            target,
            [("Upload-Complete", "?0")],
            body: Array(bytes.prefix(400))
        )
        #expect(begun.status == 201, "\(begun.text)")
        #expect(begun.interim.isEmpty)
        #expect(begun["Upload-Draft-Interop-Version"] == nil)
        let upload = try UploadAddress(location: begun["Location"], of: daemon)
        let last = try await daemon.exchange(
            "PATCH",
            upload.path,
            [("Upload-Complete", "?1"), ("Upload-Offset", "400"), ("Content-Type", "application/partial-upload")],
            body: Array(bytes[400...])
        )
        #expect(last.interim.isEmpty)
        #expect(try last.record().sha256 == Samples.sha256(bytes))
    }

    @Test(
        "B2: a version that is not known makes a plain upload of what is whole, and never a file of a part",
        arguments: ["2", "4", "9", "99", "x", "8.0", ""]
    )
    func unknownVersion(version: String) async throws {
        let daemon = try Daemon.current()
        let bytes = Samples.document(1000)
        let version = ("Upload-Draft-Interop-Version", version)
        let target = DaemonProcess.documentTarget()
        let part = try await daemon.exchange("POST", target, [version, ("Upload-Complete", "?0")], body: bytes)
        try part.expectProblem(400, "invalid_request")
        #expect(part.interim.isEmpty)
        let whole = try await daemon.exchange("POST", target, [version, ("Upload-Complete", "?1")], body: bytes)
        #expect(whole.interim.isEmpty)
        #expect(try whole.record().sha256 == Samples.sha256(bytes))
        #expect(whole["Upload-Complete"] == nil)
    }

    @Test("B27: interop 3 knows Upload-Incomplete, and nothing else does")
    func incomplete() async throws {
        let daemon = try Daemon.current()
        let bytes = Samples.document(100)
        let begun = try await daemon.exchange(
            "POST",
            DaemonProcess.documentTarget(),
            [Interop(number: 3).version, ("Upload-Incomplete", "?1")],
            body: bytes
        )
        #expect(begun.status == 201)
        #expect(begun["Upload-Incomplete"] == "?1")
        #expect(begun["Upload-Complete"] == nil)
        // In another version it is a field like any other.
        let plain = try await daemon.exchange(
            "POST",
            DaemonProcess.documentTarget(),
            [Interop.current.version, ("Upload-Incomplete", "?1")],
            body: bytes
        )
        #expect(try plain.record().sha256 == Samples.sha256(bytes))
    }

    @Test("B25: the name in Content-Disposition is kept, the Content-Type is no more than a hint")
    func names() async throws {
        let daemon = try Daemon.current()
        let bytes = Samples.document(1000)
        let fields = [
            ("Content-Disposition", "inline; filename*=UTF-8''caf%C3%A9%20notes.md"), ("Content-Type", "image/png"),
        ]
        let upload = try await daemon.beginUpload(Array(bytes.prefix(5)), with: fields)
        let record = try await daemon.append(bytes.dropFirst(5), to: upload, at: 5, complete: true).record()
        #expect(record.originalFilename == "café notes.md")
        #expect(record.type.hasPrefix("text/plain"))
    }

    @Test("B23: bytes with a content coding are refused, as nothing is decoded")
    func contentCoding() async throws {
        let daemon = try Daemon.current()
        let bytes = Samples.document(64)
        let fields = Interop.current.creation(false) + [("Content-Encoding", "gzip")]
        let answer = try await daemon.exchange("POST", DaemonProcess.documentTarget(), fields, body: bytes)
        try answer.expectProblem(415, "unsupported_media_type")
        #expect(answer["Accept-Encoding"] == "identity")
    }

    @Test("B26: addresses cannot be guessed: no two share anything")
    func unguessable() async throws {
        let daemon = try Daemon.current()
        var ids: Set<String> = []
        var prefixes: Set<Substring> = []
        for _ in 0..<40 {
            let upload = try await daemon.beginUpload([])
            ids.insert(upload.id)
            prefixes.insert(upload.id.prefix(8))
        }
        #expect(ids.count == 40)
        #expect(prefixes.count == 40)
    }
}

/// Checklist B24: digests of RFC 9530.
@Suite("HTTP uploads: digests", .daemon(configuration: Configurations.uploads), .timeLimit(.minutes(3)))
struct HTTPUploadDigestTests {
    private static func digest(_ name: String, _ algorithm: String, of bytes: [UInt8]) -> (String, String) {
        let value = Checksums.value(algorithm.replacing("-", with: ""), of: bytes)
        return (name, "\(algorithm)=:\(Tus.base64(value)):")
    }

    @Test("B24: a right Repr-Digest is verified over the whole, and given back when it is wanted")
    func rightWhole() async throws {
        let daemon = try Daemon.current()
        let bytes = Samples.document(100_000)
        let digest = Self.digest("Repr-Digest", "sha-256", of: bytes)
        let upload = try await daemon.beginUpload(Array(bytes.prefix(30_000)), with: [digest])
        let wants = [("Want-Repr-Digest", "sha-256=10")]
        let last = try await daemon.append(bytes[30_000...], to: upload, at: 30_000, complete: true, .current, wants)
        #expect(try last.record().sha256 == Samples.sha256(bytes))
        #expect(last["Repr-Digest"] == digest.1)
    }

    @Test("B24: a wrong Repr-Digest makes the upload fail; it becomes no file", arguments: [true, false])
    func wrongWhole(isOneRequest: Bool) async throws {
        let daemon = try Daemon.current()
        let bytes = Samples.document(10_000)
        let name = uniqueName()
        let digest = Self.digest("Repr-Digest", "sha-256", of: Array(bytes.dropLast()))
        let target = DaemonProcess.documentTarget(name)
        let answer: Exchange
        if isOneRequest {
            answer = try await daemon.exchange("POST", target, Interop.current.creation(true) + [digest], body: bytes)
        } else {
            let upload = try await daemon.beginUpload(Array(bytes.prefix(10)), target: target, with: [digest])
            answer = try await daemon.append(bytes.dropFirst(10), to: upload, at: 10, complete: true)
            #expect(try await daemon.report(on: upload).state == "failed")
        }
        try answer.expectProblem(400, "checksum_mismatch")
        #expect(!daemon.site.filesInTree.contains { $0.contains(name) })
    }

    @Test(
        "B24: a right Content-Digest is taken, a wrong one drops the request's bytes",
        arguments: ["sha-256", "sha-512"]
    )
    func content(algorithm: String) async throws {
        let daemon = try Daemon.current()
        let bytes = Samples.document(2000)
        let upload = try await daemon.beginUpload(Array(bytes.prefix(500)))
        let part = Array(bytes[500..<1000])
        let wrong = Self.digest("Content-Digest", algorithm, of: bytes)
        let refused = try await daemon.append(part, to: upload, at: 500, complete: false, .current, [wrong])
        try refused.expectProblem(400, "checksum_mismatch")
        #expect(try await daemon.status(of: upload).offset == 500)
        let right = Self.digest("Content-Digest", algorithm, of: part)
        let taken = try await daemon.append(part, to: upload, at: 500, complete: false, .current, [right])
        #expect(taken["Upload-Offset"] == "1000")
        let last = try await daemon.append(bytes[1000...], to: upload, at: 1000, complete: true)
        #expect(try last.record().sha256 == Samples.sha256(bytes))
    }

    @Test("B24: a digest of an algorithm that is not known is passed over")
    func unknownAlgorithm() async throws {
        let daemon = try Daemon.current()
        let bytes = Samples.document(100)
        let fields = [("Repr-Digest", "md5=:AAAA:"), ("Content-Digest", "unixsum=:AAAA:")]
        let target = DaemonProcess.documentTarget()
        let answer = try await daemon.exchange("POST", target, Interop.current.creation(true) + fields, body: bytes)
        #expect(try answer.record().sha256 == Samples.sha256(bytes))
    }
}
