import MediaTesting
import Testing

/// Checklist B1 to B7, B10: the request that begins an upload.
@Suite("HTTP uploads: creation", .daemon(configuration: Configurations.uploads), .timeLimit(.minutes(3)))
struct HTTPUploadCreationTests {
    @Test("B1, B5: a whole file in one request answers as a plain upload does, and says that it is complete")
    func whole() async throws {
        let daemon = try Daemon.current()
        for interop in Interop.all {
            let bytes = Samples.document(50_000)
            let name = uniqueName()
            let target = DaemonProcess.documentTarget(name)
            let answer = try await daemon.exchange("POST", target, interop.creation(true), body: bytes)
            let record = try answer.record()
            #expect(record.path == "documents/\(name).txt", "\(interop)")
            #expect(record.sha256 == Samples.sha256(bytes))
            daemon.site.expectInTree(record)
            #expect(answer[interop.completeName] == interop.item(true), "\(interop)")
        }
    }

    @Test("B1: the resource of its own takes the same requests")
    func ownResource() async throws {
        let daemon = try Daemon.current()
        let bytes = Samples.document(50_000)
        let target = "/api/uploads?collection=documents&name=\(uniqueName())"
        let record = try await daemon.exchange("POST", target, Interop.current.creation(true), body: bytes).record()
        #expect(record.sha256 == Samples.sha256(bytes))
        let begun = try await daemon.beginUpload(Array(bytes.prefix(10)), target: target + "2")
        #expect(try await daemon.status(of: begun).offset == 10)
    }

    @Test(
        "B3, B4: 104 comes before the body, with the address, the limits and the version; 100 comes as well",
        arguments: Interop.all
    )
    func interim(interop: Interop) async throws {
        let daemon = try Daemon.current()
        let bytes = Samples.document(1000)
        for expects in [false, true] {
            let probe = try await daemon.connect()
            let fields = interop.creation(true) + [("Content-Length", "1000")]
            let expectation = expects ? [("Expect", "100-continue")] : []
            try await probe.send("POST", DaemonProcess.documentTarget(), fields + expectation)
            var interim = [try await probe.receiveAnyHead()]
            if expects { interim.append(try await probe.receiveAnyHead()) }
            #expect(Set(interim.map(\.status)) == (expects ? [104, 100] : [104]))
            let resumption = try #require(interim.first { $0.status == 104 })
            let location = resumption["Location"]
            _ = try UploadAddress(location: location, of: daemon)
            #expect(resumption["Upload-Draft-Interop-Version"] == "\(interop.number)")
            if interop.number >= 6 { #expect(resumption["Upload-Limit"] != nil, "since draft 4") }
            try await probe.send(bytes)
            let answer = try await probe.receiveExchange(to: "POST", after: interim)
            _ = try answer.record()
            for other in answer.resumptions where other["Location"] != nil { #expect(other["Location"] == location) }
        }
    }

    @Test(
        "B6, B27: ?0 answers 201 with address, offset, limits and ?0, at any size",
        arguments: Interop.all,
        [0, 1, 70_000]
    )
    func careful(interop: Interop, count: Int) async throws {
        let daemon = try Daemon.current()
        let bytes = Samples.document(count + 100)
        // Status, offset and completeness are checked in `beginUpload`.
        let upload = try await daemon.beginUpload(Array(bytes.prefix(count)), interop)
        let status = try await daemon.status(of: upload, interop)
        #expect(status.offset == count)
        #expect(!status.isComplete)
        let last = try await daemon.append(bytes.dropFirst(count), to: upload, at: count, complete: true, interop)
        #expect(try last.record().sha256 == Samples.sha256(bytes))
        #expect(last[interop.completeName] == interop.item(true))
    }

    @Test("B7: a request that broke off is kept as far as it came, and is not complete", arguments: [true, false])
    func broken(isReset: Bool) async throws {
        let daemon = try Daemon.current()
        let bytes = Samples.document(400_000)
        let probe = try await daemon.connect()
        let fields = Interop.current.creation(true) + [("Content-Length", "\(bytes.count)")]
        try await probe.send("POST", DaemonProcess.documentTarget(), fields)
        let upload = try UploadAddress(location: try await probe.receiveAnyHead()["Location"], of: daemon)
        try await probe.send(Array(bytes.prefix(150_000)))
        try await daemon.expectReceiving(upload, 150_000)
        if isReset { probe.reset() } else { probe.finishSending() }
        let status = try await daemon.status(of: upload)
        #expect(status.offset == 150_000)
        #expect(!status.isComplete)
        #expect(try await daemon.report(on: upload).state == "receiving")
        let last = try await daemon.append(bytes[150_000...], to: upload, at: 150_000, complete: true)
        #expect(try last.record().sha256 == Samples.sha256(bytes))
    }

    @Test(
        "B10: a field that is no right structured field counts as missing",
        arguments: ["true", "1", "?2", "\"?1\"", "?1, ?0", ""]
    )
    func notABoolean(value: String) async throws {
        let daemon = try Daemon.current()
        let bytes = Samples.document(100)
        let fields = [Interop.current.version, ("Upload-Complete", value)]
        // Not this protocol: a plain upload.
        let answer = try await daemon.exchange("POST", DaemonProcess.documentTarget(), fields, body: bytes)
        #expect(try answer.record().sha256 == Samples.sha256(bytes), "\(value)")
        #expect(answer.resumptions.isEmpty)
    }

    @Test("B10: an Upload-Length that is no Integer counts as missing", arguments: ["1.5", "-5", "ten", "?1", "1, 2"])
    func notAnInteger(value: String) async throws {
        let daemon = try Daemon.current()
        let upload = try await daemon.beginUpload(Samples.document(10), with: [("Upload-Length", value)])
        #expect(try await daemon.status(of: upload).answer["Upload-Length"] == nil)
    }
}
