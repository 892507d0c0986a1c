import MediaTesting
import Testing

/// Checklist B8 and B9: how long an upload is, and when it is complete.
@Suite("HTTP uploads: lengths", .daemon(configuration: Configurations.uploads), .timeLimit(.minutes(3)))
struct HTTPUploadLengthTests {
    private static let inconsistent = "https://iana.org/assignments/http-problem-types#inconsistent-upload-length"

    @Test("B8: lengths that contradict each other within the creation answer 400")
    func inconsistentCreation() async throws {
        let daemon = try Daemon.current()
        let fields = Interop.current.creation(true) + [("Upload-Length", "200")]
        let answer = try await daemon.exchange(
            "POST",
            DaemonProcess.documentTarget(),
            fields,
            body: Samples.document(100)
        )
        let problem = try answer.expectProblem(400, "length_mismatch")
        #expect(problem["type"]?.string == Self.inconsistent)
        #expect(answer["Upload-Complete"] == "?0")
    }

    @Test("B8: a length that was announced, or follows from Content-Length, cannot change")
    func inconsistentAppend() async throws {
        let daemon = try Daemon.current()
        let bytes = Samples.document(1000)
        let upload = try await daemon.beginUpload(Array(bytes.prefix(100)), with: [("Upload-Length", "1000")])
        #expect(try await daemon.status(of: upload).answer["Upload-Length"] == "1000")
        let rest = Array(bytes[100...])
        for (part, complete, fields) in [
            (rest, true, [("Upload-Length", "999")]), (Array(rest.dropLast()), true, []), ([], true, []),
            ([], false, [("Upload-Length", "1001")]),
        ] {
            let answer = try await daemon.append(part, to: upload, at: 100, complete: complete, .current, fields)
            let problem = try answer.expectProblem(400, "length_mismatch")
            #expect(problem["type"]?.string == Self.inconsistent)
            #expect(answer["Upload-Complete"] == "?0")
            #expect(try await daemon.status(of: upload).offset == 100)
        }
        let last = try await daemon.append(
            rest,
            to: upload,
            at: 100,
            complete: true,
            .current,
            [("Upload-Length", "1000")]
        )
        #expect(try last.record().sha256 == Samples.sha256(bytes))
    }

    @Test("B8: the length that a broken request implied is known to the next")
    func impliedLength() async throws {
        let daemon = try Daemon.current()
        let bytes = Samples.document(100_000)
        let probe = try await daemon.connect()
        let fields = Interop.current.creation(true) + [("Content-Length", "100000")]
        try await probe.send("POST", DaemonProcess.documentTarget(), fields)
        let upload = try UploadAddress(location: try await probe.receiveAnyHead()["Location"], of: daemon)
        try await probe.send(Array(bytes.prefix(5000)))
        try await daemon.expectReceiving(upload, 5000)
        probe.reset()
        let status = try await daemon.status(of: upload)
        #expect(status.answer["Upload-Length"] == "100000")
        let short = try await daemon.append(bytes[status.offset..<9000], to: upload, at: status.offset, complete: true)
        try short.expectProblem(400, "length_mismatch")
    }

    @Test("B9: all bytes do not end an upload; ?1 does, with an empty body too")
    func onlyCompleteEnds() async throws {
        let daemon = try Daemon.current()
        let bytes = Samples.document(1000)
        let upload = try await daemon.beginUpload(bytes, with: [("Upload-Length", "1000")])
        #expect(try await daemon.status(of: upload).isComplete == false)
        #expect(try await daemon.report(on: upload).state == "receiving")
        let more = try await daemon.append([], to: upload, at: 1000, complete: false)
        #expect(more.status == 204, "\(more.text)")
        #expect(try await daemon.report(on: upload).state == "receiving")
        let last = try await daemon.append([], to: upload, at: 1000, complete: true)
        #expect(try last.record().sha256 == Samples.sha256(bytes))
        #expect(last["Upload-Complete"] == "?1")
        #expect(try await daemon.status(of: upload).isComplete)
    }

    @Test("B9: an empty file that is complete is refused as a plain one is")
    func emptyFile() async throws {
        let daemon = try Daemon.current()
        let target = DaemonProcess.documentTarget()
        let answer = try await daemon.exchange("POST", target, Interop.current.creation(true), body: [])
        try answer.expectProblem(400, "empty_file")
        #expect(answer["Location"] == nil)
    }
}
