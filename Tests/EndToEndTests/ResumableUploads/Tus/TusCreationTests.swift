import MediaTesting
import Testing

/// Checklist A5 and A6: POST.
@Suite("tus: POST", .daemon(configuration: Configurations.uploads), .timeLimit(.minutes(3)))
struct TusCreationTests {
    @Test("A5.37: answers 201 with an absolute URL, made from Host and the trusted proxy's fields")
    func location() async throws {
        let daemon = try Daemon.current()
        let size = ("Upload-Length", "10")
        for (fields, prefix) in [
            ([("Host", "media.example")], "http://media.example/"),
            ([("Host", "media.example:8443")], "http://media.example:8443/"),
            ([("Host", "a"), ("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "b.example")], "https://b.example/"),
            ([("Host", "a"), ("Forwarded", "for=1.2.3.4;proto=https;host=c.example")], "https://c.example/"),
            // What could end the field, or the host, is not taken over.
            ([("Host", "a"), ("X-Forwarded-Host", "evil.example/path?")], "http://a/"),
            ([("Host", "a"), ("X-Forwarded-Proto", "javascript")], "http://a/"),
        ] {
            let answer = try await daemon.tus("POST", "/api/uploads", fields + [size, Tus.document()], body: [])
            #expect(answer.status == 201, "\(answer.text)")
            #expect(answer["Location"]?.hasPrefix(prefix + "api/uploads/") == true, "\(answer["Location"] ?? "nil")")
        }
    }

    @Test(
        "A5.38: anything but one of Upload-Length and Upload-Defer-Length: 1 answers 400 and creates nothing",
        arguments: [
            [], [("Upload-Length", "10"), ("Upload-Defer-Length", "1")], [("Upload-Defer-Length", "0")],
            [("Upload-Defer-Length", "2")], [("Upload-Defer-Length", "true")], [("Upload-Defer-Length", "")],
            [("Upload-Length", "10"), ("Upload-Defer-Length", "0")],
        ]
    )
    func lengthForms(fields: [(String, String)]) async throws {
        let daemon = try Daemon.current()
        let answer = try await daemon.tus("POST", "/api/uploads", fields + [Tus.document()], body: [])
        try answer.expectProblem(400, "invalid_request")
        #expect(answer["Location"] == nil)
    }

    @Test("A5.39: more than Tus-Max-Size, or than the collection takes, answers 413 and creates nothing")
    func tooLarge() async throws {
        let daemon = try Daemon.current()
        let options = try await daemon.request("OPTIONS", "/api/uploads")
        let maximum = try #require(options["Tus-Max-Size"].flatMap { Int($0) })
        for (length, metadata) in [
            (maximum + 1, nil), (Int.max, nil), ((16 << 20) + 1, Tus.document()),
        ] {
            let fields = [("Upload-Length", "\(length)")] + (metadata.map { [$0] } ?? [])
            let answer = try await daemon.tus("POST", "/api/uploads", fields, body: [])
            #expect(answer.status == 413, "\(length): \(answer.text)")
            #expect(answer["Location"] == nil)
        }
    }

    @Test("A5.40: length 0 is the end at once, and so refused: an empty file is none")
    func zero() async throws {
        let daemon = try Daemon.current()
        let answer = try await daemon.tus("POST", "/api/uploads", [("Upload-Length", "0"), Tus.document()], body: [])
        try answer.expectProblem(400, "empty_file")
        #expect(answer["Location"] == nil)
        // Said only with the last request, it is that one's end.
        let upload = try await daemon.createUpload(nil)
        try await daemon.patch(upload, at: 0, [], [("Upload-Length", "0")]).expectProblem(400, "empty_file")
        #expect(try await daemon.head(upload).status == 400)
    }

    @Test("A5.43: odd but right metadata is taken", arguments: ["k", "k ", "a YQ== , b Yg==", "a,b,c"])
    func metadata(value: String) async throws {
        let daemon = try Daemon.current()
        let fields = [("Upload-Length", "10"), ("Upload-Metadata", "collection ZG9jdW1lbnRz,\(value)")]
        let answer = try await daemon.tus("POST", "/api/uploads", fields, body: [])
        #expect(answer.status == 201, "\(answer.text)")
    }

    @Test("A5.43: empty metadata is as good as none")
    func emptyMetadata() async throws {
        let daemon = try Daemon.current()
        let empty = [("Upload-Length", "10"), ("Upload-Metadata", "")]
        let answer = try await daemon.tus("POST", "/api/uploads", empty, body: [])
        let none = try await daemon.tus("POST", "/api/uploads", [("Upload-Length", "10")], body: [])
        #expect(answer.status == 400 && answer.text == none.text, "\(answer.text)")
    }

    @Test(
        "A5.43: wrong metadata answers 400 and creates nothing",
        arguments: [
            "a YQ", "a YQ=", "a Y!==", "a YQ==,a Yg==", ",", "a YQ==,,b Yg==", "a YQ== Yg==", "a -_8=", "a =",
            "a  YQ==",
            "é YQ==", "a YQ==\u{7F}",
        ]
    )
    func wrongMetadata(value: String) async throws {
        let daemon = try Daemon.current()
        let fields = [Tus.version, ("Upload-Length", "10"), ("Upload-Metadata", value)]
        let answer = try await daemon.request("POST", "/api/uploads", fields, body: [])
        #expect(answer.status == 400, "\(value): \(answer.status) \(answer.text)")
        #expect(answer["Location"] == nil)
    }

    @Test(
        "A5.44: bytes in metadata never become header lines, file names or types",
        arguments: ["a\r\nX-Evil: 1", "../../etc/passwd", "a\0b", "/absolute", "..", "\u{202E}gpj.exe", "a\"b;c"]
    )
    func hostileMetadata(value: String) async throws {
        let daemon = try Daemon.current()
        let bytes = Samples.document(100)
        let name = uniqueName()
        let metadata = Tus.metadata([
            ("collection", "documents"), ("name", name), ("filename", value), ("filetype", value),
        ])
        let fields = [("Upload-Length", "100"), metadata]
        let answer = try await daemon.tus("POST", "/api/uploads", fields, body: [])
        guard answer.status == 201 else {
            try answer.expectProblem(400, "invalid_request")
            return
        }
        let upload = try UploadAddress(location: answer["Location"], of: daemon)
        try await daemon.append(bytes, to: upload, at: 0)
        let record = try await daemon.expectPublished(upload, bytes)
        #expect(record.path == "documents/\(name).txt")
        #expect(record.type.hasPrefix("text/plain"))
        #expect(try await daemon.head(upload)["X-Evil"] == nil)
        #expect(try await daemon.request("GET", record.url)["X-Evil"] == nil)
    }

    @Test("collection and name are checked at creation", arguments: ["nowhere", "../documents", "Documents"])
    func unknownCollection(collection: String) async throws {
        let daemon = try Daemon.current()
        let fields = [("Upload-Length", "10"), Tus.metadata([("collection", collection)])]
        let answer = try await daemon.tus("POST", "/api/uploads", fields, body: [])
        try answer.expectProblem(400, "unknown_collection")
        let names = [("Upload-Length", "10"), Tus.metadata([("collection", "documents"), ("name", "../up")])]
        try await daemon.tus("POST", "/api/uploads", names, body: []).expectProblem(400, "invalid_name")
    }

    @Test(
        "A5.45: a body of another type is not the upload's",
        arguments: ["text/plain", "application/x-www-form-urlencoded"]
    )
    func foreignBody(type: String) async throws {
        let daemon = try Daemon.current()
        let bytes = Samples.document(20)
        let fields = [("Upload-Length", "20"), ("Content-Type", type), Tus.document()]
        let answer = try await daemon.tus("POST", "/api/uploads", fields, body: Array("a=b".utf8))
        #expect(answer.status == 201, "\(answer.text)")
        let upload = try UploadAddress(location: answer["Location"], of: daemon)
        #expect(try await daemon.offset(of: upload) == 0)
        try await daemon.append(bytes, to: upload, at: 0)
        try await daemon.expectPublished(upload, bytes)
    }
}
