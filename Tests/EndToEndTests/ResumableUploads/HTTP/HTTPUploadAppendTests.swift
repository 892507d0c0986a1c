import MediaTesting
import Testing

/// Checklist B12 to B17: the requests that go on with an upload.
@Suite("HTTP uploads: append", .daemon(configuration: Configurations.uploads), .timeLimit(.minutes(3)))
struct HTTPUploadAppendTests {
    @Test("B12: the offset that HEAD tells is taken, and never falls")
    func offsets() async throws {
        let daemon = try Daemon.current()
        let bytes = Samples.document(300_000)
        let upload = try await daemon.beginUpload([])
        var offset = 0
        for size in [1, 99_999, 50_000, 17] {
            let probe = try await daemon.connect()
            let fields = Interop.current.append(at: offset, true) + [("Content-Length", "\(bytes.count - offset)")]
            try await probe.send("PATCH", upload.path, fields)
            try await probe.send(Array(bytes[offset..<offset + size]))
            try await daemon.expectReceiving(upload, size, from: offset)
            probe.reset()
            let next = try await daemon.status(of: upload).offset
            #expect(next >= offset + size)
            offset = next
        }
        let last = try await daemon.append(bytes[offset...], to: upload, at: offset, complete: true)
        #expect(try last.record().sha256 == Samples.sha256(bytes))
    }

    @Test("B13: another media type answers 415 since interop 6; before, none was asked for", arguments: Interop.all)
    func mediaType(interop: Interop) async throws {
        let daemon = try Daemon.current()
        let bytes = Samples.document(20)
        let upload = try await daemon.beginUpload(Array(bytes.prefix(10)), interop)
        let fields = interop.creation(false) + [("Upload-Offset", "10"), ("Content-Type", "text/plain")]
        let answer = try await daemon.exchange("PATCH", upload.path, fields, body: Array(bytes.suffix(10)))
        if interop.number >= 6 {
            try answer.expectProblem(415, "unsupported_media_type")
            #expect(try await daemon.status(of: upload, interop).offset == 10)
        } else {
            #expect(answer.status == 204 || answer.status == 201, "\(answer.text)")
            #expect(answer["Upload-Offset"] == "20")
        }
    }

    @Test("B13: without an offset answers 400 and changes nothing", arguments: [nil, "ten", "-1", "1.0", "10, 10"])
    func noOffset(value: String?) async throws {
        let daemon = try Daemon.current()
        let upload = try await daemon.beginUpload(Samples.document(10))
        let fields = Interop.current.creation(false) + [("Content-Type", "application/partial-upload")]
        let offset = value.map { [("Upload-Offset", $0)] } ?? []
        let answer = try await daemon.exchange("PATCH", upload.path, fields + offset, body: Samples.document(10))
        try answer.expectProblem(400, "invalid_request")
        #expect(try await daemon.status(of: upload).offset == 10)
    }

    @Test("B14: another offset answers 409 with the right one, and changes nothing", arguments: [0, 9, 11, 5000])
    func offsetMismatch(offset: Int) async throws {
        let daemon = try Daemon.current()
        let upload = try await daemon.beginUpload(Samples.document(10))
        for complete in [true, false] {
            let answer = try await daemon.append(Samples.document(5), to: upload, at: offset, complete: complete)
            let problem = try answer.expectProblem(409, "offset_mismatch")
            let type = "https://iana.org/assignments/http-problem-types#mismatching-upload-offset"
            #expect(problem["type"]?.string == type)
            #expect(problem["expected-offset"]?.integer == 10)
            #expect(problem["provided-offset"]?.integer == offset)
            #expect(answer["Upload-Offset"] == "10")
            #expect(answer["Upload-Complete"] == "?0")
        }
        #expect(try await daemon.status(of: upload).offset == 10)
    }

    @Test("B15: ?0 answers 204 and ?0, ?1 as the plain upload does, and ?1", arguments: Interop.all)
    func answers(interop: Interop) async throws {
        let daemon = try Daemon.current()
        let bytes = Samples.document(30_000)
        let upload = try await daemon.beginUpload(Array(bytes.prefix(10_000)), interop)
        let middle = try await daemon.append(bytes[10_000..<20_000], to: upload, at: 10_000, complete: false, interop)
        #expect(middle.status == 204 || middle.status == 201, "\(middle.text)")
        #expect(middle[interop.completeName] == interop.item(false))
        #expect(middle["Upload-Offset"] == "20000", "B27")
        let last = try await daemon.append(bytes[20_000...], to: upload, at: 20_000, complete: true, interop)
        #expect(try last.record().sha256 == Samples.sha256(bytes))
        #expect(last[interop.completeName] == interop.item(true))
        #expect(last["Upload-Offset"] == "30000", "B27")
    }

    @Test("B15: what becomes no file answers the refusal, and ?1")
    func refused() async throws {
        let daemon = try Daemon.current()
        let bytes = Samples.png()
        let upload = try await daemon.beginUpload(Array(bytes.prefix(10)))
        let last = try await daemon.append(bytes.dropFirst(10), to: upload, at: 10, complete: true)
        try last.expectProblem(415, "type_not_allowed")
        #expect(last["Upload-Complete"] == "?1")
        let report = try await daemon.report(on: upload)
        #expect(report.state == "failed")
        #expect(report.problem?["code"]?.string == "type_not_allowed")
        let fields = [Interop.current.version]
        #expect(try await daemon.request("GET", upload.path, fields)["Upload-Complete"] == "?0")
        let head = try await daemon.exchange("HEAD", upload.path, fields)
        #expect(head.status == 415)
        #expect(head["Upload-Complete"] == nil && head["Upload-Offset"] == nil, "a failed upload never looks complete")
        for (part, offset) in [([], bytes.count), ([1], bytes.count), ([1], 10)] as [([UInt8], Int)] {
            let again = try await daemon.append(part, to: upload, at: offset, complete: true)
            try again.expectProblem(415, "type_not_allowed")
        }
    }

    @Test("B16: more than the known length is refused and ends the upload for good", arguments: [true, false])
    func tooLong(isChunked: Bool) async throws {
        let daemon = try Daemon.current()
        let upload = try await daemon.beginUpload(Samples.document(10), with: [("Upload-Length", "20")])
        let body = Samples.document(50)
        let probe = try await daemon.connect()
        let fields = Interop.current.append(at: 10, false)
        if isChunked {
            try await probe.send("PATCH", upload.path, fields + [("Transfer-Encoding", "chunked")])
            try await probe.send(Array("32\r\n".utf8) + body + Array("\r\n0\r\n\r\n".utf8))
        } else {
            try await probe.send("PATCH", upload.path, fields, body: body)
        }
        let answer = try await probe.receiveExchange(to: "PATCH")
        #expect(answer.status == 413 || answer.status == 400, "\(answer.status) \(answer.text)")
        let head = try await daemon.exchange("HEAD", upload.path, [Interop.current.version])
        #expect(head.status == 410)
        #expect(head["Upload-Offset"] == nil)
        try await daemon.append([], to: upload, at: 10, complete: true).expectProblem(410, "upload_gone")
        #expect(try await eventually { !daemon.site.uploadsInStaging.contains(upload.id) })
    }

    @Test("B17: a completed upload takes nothing more, and goes on to tell that it is complete")
    func completed() async throws {
        let daemon = try Daemon.current()
        let bytes = Samples.document(100)
        let upload = try await daemon.beginUpload(Array(bytes.prefix(50)))
        let record = try await daemon.append(bytes.dropFirst(50), to: upload, at: 50, complete: true).record()
        // Whoever lost the final response hears it again.
        let again = try await daemon.append([], to: upload, at: 100, complete: true)
        #expect(try again.record() == record)
        #expect(again["Upload-Complete"] == "?1")
        let registry = "https://iana.org/assignments/http-problem-types#"
        for (part, offset, complete, status, code, type) in [
            ([], 100, false, 400, "upload_complete", "urn:mediad:problem:upload_complete"),
            ([1], 100, false, 400, "length_mismatch", registry + "inconsistent-upload-length"),
            ([1], 100, true, 400, "length_mismatch", registry + "inconsistent-upload-length"),
            ([1], 99, true, 409, "offset_mismatch", registry + "mismatching-upload-offset"),
            ([], 99, true, 409, "offset_mismatch", registry + "mismatching-upload-offset"),
        ] as [([UInt8], Int, Bool, Int, String, String)] {
            let answer = try await daemon.append(part, to: upload, at: offset, complete: complete)
            #expect(try answer.expectProblem(status, code)["type"]?.string == type)
            #expect(answer["Upload-Complete"] == "?0", "it does not come from the target")
            #expect(answer["Upload-Offset"] == (status == 409 ? "100" : nil))
        }
        let status = try await daemon.status(of: upload)
        #expect(status.offset == 100)
        #expect(status.isComplete)
        #expect(try await daemon.expectPublished(upload, bytes) == record)
    }

    @Test("B17: the two protocols may go on with each other's uploads")
    func mixed() async throws {
        let daemon = try Daemon.current()
        let bytes = Samples.document(3000)
        let first = try await daemon.createUpload(3000)
        try await daemon.append(bytes.prefix(1000), to: first, at: 0)
        let middle = try await daemon.append(bytes[1000..<2000], to: first, at: 1000, complete: false)
        #expect(middle.status == 204, "\(middle.text)")
        try await daemon.append(bytes[2000...], to: first, at: 2000)
        try await daemon.expectPublished(first, bytes)
        let second = try await daemon.beginUpload(Array(bytes.prefix(1000)), with: [("Upload-Length", "3000")])
        try await daemon.append(bytes[1000..<2000], to: second, at: 1000)
        let last = try await daemon.append(bytes[2000...], to: second, at: 2000, complete: true)
        #expect(try last.record().sha256 == Samples.sha256(bytes))
    }
}
