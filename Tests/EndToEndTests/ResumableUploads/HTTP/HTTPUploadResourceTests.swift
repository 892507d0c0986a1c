import MediaTesting
import Testing

/// Checklist B11, B19, B21 and B22: the upload's own resource, and its limits.
@Suite(
    "HTTP uploads: status, cancellation, limits",
    .daemon(configuration: Configurations.uploads),
    .timeLimit(.minutes(3))
)
struct HTTPUploadResourceTests {
    @Test(
        "B11: HEAD and GET tell offset, completeness, length and limits, and are not to be stored",
        arguments: Interop.all
    )
    func status(interop: Interop) async throws {
        let daemon = try Daemon.current()
        let bytes = Samples.document(100)
        let upload = try await daemon.beginUpload(Array(bytes.prefix(40)), interop, with: [("Upload-Length", "100")])
        for method in ["HEAD", "GET"] {
            let answer = try await daemon.exchange(method, upload.path, [interop.version])
            #expect((200..<300).contains(answer.status), "\(method) \(answer.status)")
            #expect(answer["Upload-Offset"] == "40", "\(method)")
            #expect(answer[interop.completeName] == interop.item(false), "\(method)")
            #expect(answer["Cache-Control"]?.contains("no-store") == true, "\(method)")
            if interop.number >= 7 {
                #expect(answer["Upload-Length"] == "100", "\(method)")
                #expect(answer["Upload-Limit"] != nil, "\(method)")
            }
        }
        let last = try await daemon.append(bytes.dropFirst(40), to: upload, at: 40, complete: true, interop)
        _ = try last.record()
        let status = try await daemon.status(of: upload, interop)
        #expect(status.offset == 100)
        #expect(status.isComplete)
    }

    @Test("B11: HEAD without a field of the protocol is answered in the protocol of the upload")
    func plainHead() async throws {
        let daemon = try Daemon.current()
        let upload = try await daemon.beginUpload(Samples.document(7))
        let answer = try await daemon.request("HEAD", upload.path)
        #expect((200..<300).contains(answer.status), "\(answer.status)")
        #expect(answer["Upload-Offset"] == "7")
        #expect(answer["Upload-Complete"] == "?0")
    }

    @Test("B11: up to interop 6 a HEAD or DELETE that has the fields of an append answers 400", arguments: [3, 5, 6])
    func overloaded(number: Int) async throws {
        let daemon = try Daemon.current()
        let interop = Interop(number: number)
        let upload = try await daemon.beginUpload(Samples.document(7), interop)
        for method in ["HEAD", "DELETE"] {
            let answer = try await daemon.exchange(
                method,
                upload.path,
                interop.creation(false) + [("Upload-Offset", "7")]
            )
            #expect(answer.status == 400, "\(method)")
        }
        #expect(try await daemon.status(of: upload, interop).offset == 7)
    }

    @Test("B11, B19: an unknown upload answers 404, an ended one 410, without an offset", arguments: Interop.all)
    func gone(interop: Interop) async throws {
        let daemon = try Daemon.current()
        let unknown = UploadAddress.unknown
        for method in ["HEAD", "DELETE"] {
            let answer = try await daemon.exchange(method, unknown.path, [interop.version])
            #expect(answer.status == 404)
            #expect(answer["Upload-Offset"] == nil)
        }
        try await daemon.append([1], to: unknown, at: 0, complete: true, interop).expectProblem(404, "not_found")
        let upload = try await daemon.beginUpload(Samples.document(10), interop)
        let deletion = try await daemon.exchange("DELETE", upload.path, [interop.version])
        #expect(deletion.status == 204)
        #expect(try await eventually { !daemon.site.uploadsInStaging.contains(upload.id) })
        #expect(try await daemon.exchange("HEAD", upload.path, [interop.version]).status == 410)
        try await daemon.append([1], to: upload, at: 10, complete: true, interop).expectProblem(410, "upload_gone")
    }

    @Test("B19: DELETE ends a request that is sending")
    func deleteDuringAppend() async throws {
        let daemon = try Daemon.current()
        let bytes = Samples.document(400_000)
        let name = uniqueName()
        let probe = try await daemon.connect()
        let fields = Interop.current.creation(true) + [("Content-Length", "\(bytes.count)")]
        try await probe.send("POST", DaemonProcess.documentTarget(name), fields)
        let upload = try UploadAddress(location: try await probe.receiveAnyHead()["Location"], of: daemon)
        try await probe.send(Array(bytes.prefix(200_000)))
        try await daemon.expectReceiving(upload, 200_000)
        #expect(try await daemon.exchange("DELETE", upload.path, [Interop.current.version]).status == 204)
        try? await probe.send(Array(bytes.dropFirst(200_000)))
        if let answer = try? await probe.receiveExchange(to: "POST") { #expect(answer.status >= 400) }
        #expect(!daemon.site.filesInTree.contains { $0.contains(name) })
    }

    @Test(
        "B21: the limits are a Dictionary of Integers with the key for age that the version knows",
        arguments: [6, 7, 8]
    )
    func limits(number: Int) async throws {
        let daemon = try Daemon.current()
        let interop = Interop(number: number)
        let upload = try await daemon.beginUpload([], interop)
        let limits = try Self.dictionary(try await daemon.status(of: upload, interop).answer["Upload-Limit"])
        let size = try #require(limits["max-size"])
        #expect(size >= 16 << 20)
        let age = try #require(limits[number >= 7 ? "max-age" : "expires"], "\(limits)")
        #expect((86_000...86_400).contains(age))
        #expect(limits[number >= 7 ? "expires" : "max-age"] == nil)
    }

    @Test("B21: more than max-size answers 413 with the limits")
    func tooLarge() async throws {
        let daemon = try Daemon.current()
        let fields = Interop.current.creation(false) + [("Upload-Length", "\((16 << 20) + 1)")]
        let answer = try await daemon.exchange("POST", DaemonProcess.documentTarget(), fields, body: [])
        try answer.expectProblem(413, "file_too_large")
        #expect(answer["Upload-Limit"] != nil)
        #expect(answer["Location"] == nil)
    }

    @Test("B22: OPTIONS tells the limits", arguments: ["/api/upload", "/api/uploads"])
    func options(path: String) async throws {
        let daemon = try Daemon.current()
        let answer = try await daemon.request("OPTIONS", path)
        #expect(answer.status == 204 || answer.status == 200)
        _ = try Self.dictionary(answer["Upload-Limit"])
    }

    /// A Dictionary of Integers (RFC 8941 section 3.2).
    private static func dictionary(_ value: String?) throws -> [String: Int] {
        var members: [String: Int] = [:]
        for member in try #require(value).split(separator: ",") {
            let parts = member.drop { $0 == " " }.split(separator: "=")
            let number: Int = try #require(parts.last.flatMap { Int($0) }, "\(member)")
            members[String(try #require(parts.first))] = number
        }
        #expect(!members.isEmpty)
        return members
    }
}
