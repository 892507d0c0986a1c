import Glibc
import MediaTesting
import Testing

/// Checklist B21 and B22, the end of D2.
@Suite(
    "HTTP uploads: Upload-Limit",
    .daemon(configuration: Configurations.uploads("expiry: 1h")),
    .timeLimit(.minutes(3))
)
struct HTTPUploadLimitTests {
    /// The members of `Upload-Limit` (RFC 9651 section 3.2).
    private static func limits(
        _ value: String?,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> [String: Int] {
        var members: [String: Int] = [:]
        for member in try #require(value, sourceLocation: sourceLocation).split(separator: ",") {
            let parts = member.drop { $0 == " " }.split(separator: "=")
            let number: Int = try #require(
                parts.last.flatMap { Int($0) },
                "\(member)",
                sourceLocation: sourceLocation
            )
            members[String(try #require(parts.first, sourceLocation: sourceLocation))] = number
        }
        return members
    }

    /// Lets it seem that the last byte came so many seconds earlier.
    private static func age(_ upload: UploadAddress, by seconds: Int) throws {
        let folder = "\(try Daemon.current().site.root)/staging/uploads/\(upload.id)"
        let then = timespec(tv_sec: time(nil) - seconds, tv_nsec: 0)
        for name in FileNames.inside(folder) {
            try #require(utimensat(AT_FDCWD, "\(folder)/\(name)", [then, then], 0) == 0)
        }
    }

    @Test("D2: max-age is the time that the upload has left: in HEAD, GET and OPTIONS", arguments: [6, 7, 8])
    func remaining(number: Int) async throws {
        let daemon = try Daemon.current()
        let (interop, key) = (Interop(number: number), number >= 7 ? "max-age" : "expires")
        let bytes = Samples.document(100)
        let upload = try await daemon.beginUpload(Array(bytes.prefix(40)), interop, with: [("Upload-Length", "100")])
        for (elapsed, left) in [(0, 3500...3600), (1000, 2500...2600), (3400, 100...200)] {
            try Self.age(upload, by: elapsed)
            for method in ["HEAD", "GET", "OPTIONS"] {
                let answer = try await daemon.exchange(method, upload.path, [interop.version])
                let age = try #require(try Self.limits(answer["Upload-Limit"])[key], "\(method)")
                #expect(left.contains(age), "\(method) after \(elapsed) s: \(age)")
            }
        }
        // Each byte renews it.
        let answer = try await daemon.append(bytes[40..<60], to: upload, at: 40, complete: false, interop)
        #expect(try (3500...3600).contains(Self.limits(answer["Upload-Limit"])[key] ?? 0))
        let status = try await daemon.status(of: upload, interop)
        #expect(try (3500...3600).contains(Self.limits(status.answer["Upload-Limit"])[key] ?? 0))
        // What is complete does not end.
        _ = try await daemon.append(bytes.dropFirst(60), to: upload, at: 60, complete: true, interop).record()
        let done = try Self.limits(try await daemon.status(of: upload, interop).answer["Upload-Limit"])
        #expect(done[key] == nil)
        #expect(done["max-size"] == 16 << 20)
    }

    @Test(
        "D2: OPTIONS of where uploads begin, 104 and 201 tell the whole time",
        arguments: ["/api/upload", "/api/uploads"]
    )
    func beginning(path: String) async throws {
        let daemon = try Daemon.current()
        let options = try await daemon.request("OPTIONS", "\(path)?collection=documents")
        #expect(try Self.limits(options["Upload-Limit"]) == ["max-size": 16 << 20, "max-age": 3600])
        let answer = try await daemon.exchange(
            "POST",
            "\(path)?collection=documents&name=\(uniqueName())",
            Interop.current.creation(false),
            body: Samples.document(10)
        )
        #expect(answer.status == 201)
        var told = [answer["Upload-Limit"]]
        told += answer.resumptions.filter { $0["Location"] != nil }.map { $0["Upload-Limit"] }
        #expect(told.count >= 2)
        for value in told {
            let limits = try Self.limits(value)
            #expect(limits["max-size"] == 16 << 20)
            #expect((3500...3600).contains(limits["max-age"] ?? 0))
        }
    }

    @Test("D2: 413 tells the collection's size, and a lifetime only where the upload is still there")
    func tooLarge() async throws {
        let daemon = try Daemon.current()
        let create = try await daemon.exchange(
            "POST",
            "/api/upload?collection=posters&name=\(uniqueName())",
            Interop.current.creation(false) + [("Upload-Length", "\((4 << 20) + 1)")],
            body: []
        )
        try create.expectProblem(413, "file_too_large")
        #expect(try Self.limits(create["Upload-Limit"]) == ["max-size": 4 << 20, "max-age": 3600])
        // One that is there, to which too much is announced.
        let upload = try await daemon.beginUpload(
            [1, 2, 3],
            target: "/api/upload?collection=posters&name=\(uniqueName())"
        )
        try Self.age(upload, by: 1000)
        let fields = Interop.current.append(at: 3, false) + [("Upload-Length", "\((4 << 20) + 1)")]
        let append = try await daemon.exchange("PATCH", upload.path, fields, body: [4])
        try append.expectProblem(413, "file_too_large")
        let limits = try Self.limits(append["Upload-Limit"])
        #expect(limits["max-size"] == 4 << 20)
        #expect((2500...2600).contains(limits["max-age"] ?? 0), "\(limits)")
    }

    @Test(
        "D2: Incremental may be sent by scripts of other sites, in whatever case",
        arguments: ["incremental", "Incremental"]
    )
    func incremental(name: String) async throws {
        let daemon = try Daemon.current()
        let upload = try await daemon.beginUpload(Samples.document(10))
        for (target, method) in [("/api/upload", "POST"), ("/api/uploads", "POST"), (upload.path, "PATCH")] {
            let answer = try await daemon.request(
                "OPTIONS",
                target,
                [
                    ("Origin", "https://app.example"), ("Access-Control-Request-Method", method),
                    ("Access-Control-Request-Headers", "content-type,\(name),upload-complete"),
                ]
            )
            #expect(answer.status == 204, "\(target)")
            let allowed = answer["Access-Control-Allow-Headers"]?.lowercased().split(separator: ",").map {
                $0.drop { $0 == " " }
            }
            #expect(allowed?.contains("incremental") == true, "\(target)")
        }
        let fields = Interop.current.creation(true) + [(name, "?1")]
        let target = DaemonProcess.documentTarget()
        _ = try await daemon.exchange("POST", target, fields, body: Samples.document(20)).record()
    }
}
