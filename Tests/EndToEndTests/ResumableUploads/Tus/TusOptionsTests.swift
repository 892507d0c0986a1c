import MediaTesting
import Testing

/// Checklist A1.6 and A2: what a client learns before it sends anything.
@Suite("tus: OPTIONS and other origins", .daemon(configuration: Configurations.uploads), .timeLimit(.minutes(3)))
struct TusOptionsTests {
    @Test(
        "A2.7-12: OPTIONS tells version, extensions, checksums and size, on both URLs, whatever version it is asked with",
        arguments: [nil, "1.0.0", "0.2.2", "nonsense"]
    )
    func options(version: String?) async throws {
        let daemon = try Daemon.current()
        let upload = try await daemon.createUpload(10)
        for path in ["/api/uploads", upload.path] {
            let answer = try await daemon.request("OPTIONS", path, version.map { [("Tus-Resumable", $0)] } ?? [])
            #expect(answer.status == 204 || answer.status == 200, "\(path)")
            #expect(answer["Tus-Version"] == "1.0.0")
            let extensions = Set((answer["Tus-Extension"] ?? "").split(separator: ",").map(String.init))
            #expect(
                extensions == [
                    "creation", "creation-with-upload", "creation-defer-length", "expiration", "checksum",
                    "checksum-trailer", "termination", "concatenation",
                ]
            )
            let checksums = Set((answer["Tus-Checksum-Algorithm"] ?? "").split(separator: ",").map(String.init))
            #expect(checksums.isSuperset(of: ["sha1", "sha256", "sha512", "md5", "crc32"]), "\(checksums)")
            let maximum = try #require(answer["Tus-Max-Size"].flatMap { Int($0) })
            // Before it is known where a file goes, the largest collection counts; then its own.
            #expect(path == upload.path ? maximum == 16 << 20 : maximum >= 64 << 20, "\(path)")
        }
    }

    @Test("A2.12: OPTIONS of an upload that is not there does not fail")
    func unknown() async throws {
        let daemon = try Daemon.current()
        let answer = try await daemon.request("OPTIONS", UploadAddress.unknown.path)
        #expect(answer.status == 204 || answer.status == 200)
        #expect(answer["Tus-Version"] == "1.0.0")
    }

    static let requestFields = [
        "authorization", "content-type", "origin", "tus-resumable", "upload-length", "upload-offset", "upload-metadata",
        "upload-defer-length", "upload-concat", "upload-checksum", "upload-complete", "upload-incomplete",
        "upload-draft-interop-version", "x-http-method-override", "x-request-id", "x-requested-with", "content-digest",
        "repr-digest", "want-repr-digest", "content-disposition",
    ]

    @Test("A1.6: a preflight allows every method and field of both protocols", arguments: ["POST", "PATCH", "DELETE"])
    func preflight(method: String) async throws {
        let daemon = try Daemon.current()
        let upload = try await daemon.createUpload(10)
        for path in ["/api/uploads", upload.path, "/api/upload"] {
            let answer = try await daemon.request(
                "OPTIONS",
                path,
                [
                    ("Origin", "https://app.example"), ("Access-Control-Request-Method", method),
                    ("Access-Control-Request-Headers", Self.requestFields.joined(separator: ",")),
                ]
            )
            #expect(answer.status == 204 || answer.status == 200, "\(path)")
            #expect(["*", "https://app.example"].contains(answer["Access-Control-Allow-Origin"]))
            let methods = Self.list(answer["Access-Control-Allow-Methods"])
            #expect(methods.isSuperset(of: ["post", "head", "patch", "options", "get", "delete"]), "\(methods)")
            let missing = Set(Self.requestFields).subtracting(Self.list(answer["Access-Control-Allow-Headers"]))
            // The browser sends Origin by itself and never asks for it.
            #expect(missing.subtracting(["origin"]).isEmpty, "\(missing)")
            #expect(answer["Access-Control-Max-Age"].flatMap { Int($0) } ?? 0 > 0)
        }
    }

    @Test("A1.6: an answer lets the page read every field of both protocols, refusals too")
    func exposed() async throws {
        let daemon = try Daemon.current()
        let origin = ("Origin", "https://app.example")
        let upload = try await daemon.createUpload(10)
        let requests: [(String, String, [(String, String)], [UInt8]?)] = [
            ("HEAD", upload.path, [], nil), ("PATCH", upload.path, [Tus.octets, ("Upload-Offset", "7")], [1]),
            ("POST", "/api/uploads", [("Upload-Length", "5"), Tus.document()], []), ("GET", upload.path, [], nil),
            ("HEAD", UploadAddress.unknown.path, [], nil),
        ]
        for (method, path, fields, body) in requests {
            let answer = try await daemon.tus(method, path, fields + [origin], body: body)
            #expect(["*", origin.1].contains(answer["Access-Control-Allow-Origin"]), "\(method) \(path)")
            let needed: Set<String> = [
                "upload-offset", "location", "upload-length", "upload-metadata", "upload-defer-length",
                "upload-concat", "upload-expires", "upload-checksum", "upload-complete", "upload-limit",
                "tus-resumable", "tus-version", "tus-extension", "tus-max-size", "tus-checksum-algorithm",
            ]
            let missing = needed.subtracting(Self.list(answer["Access-Control-Expose-Headers"]))
            #expect(missing.isEmpty, "\(method) does not expose \(missing)")
        }
    }

    @Test("A1.6: without an Origin there is nothing about origins")
    func sameOrigin() async throws {
        let daemon = try Daemon.current()
        let upload = try await daemon.createUpload(10)
        #expect(try await daemon.head(upload)["Access-Control-Allow-Headers"] == nil)
    }

    private static func list(_ value: String?) -> Set<String> {
        Set((value ?? "").split(separator: ",").map { $0.trimmingPrefix { $0 == " " }.lowercased() })
    }
}

/// Checklist A1.6 with a list of origins in the configuration.
@Suite(
    "tus: origins that are not allowed",
    .daemon(configuration: "cors:\n  allowedOrigins: [\"https://app.example\"]\n" + Configurations.uploads),
    .timeLimit(.minutes(1))
)
struct TusOriginTests {
    @Test("A1.6: get no permission; those in the list do", arguments: ["https://app.example", "https://evil.example"])
    func listed(origin: String) async throws {
        let daemon = try Daemon.current()
        let preflight = try await daemon.request(
            "OPTIONS",
            "/api/uploads",
            [("Origin", origin), ("Access-Control-Request-Method", "POST")]
        )
        let allowed = origin == "https://app.example" ? origin : nil
        #expect(preflight["Access-Control-Allow-Origin"] == allowed)
        let fields = [("Origin", origin), ("Upload-Length", "5"), Tus.document()]
        let answer = try await daemon.tus("POST", "/api/uploads", fields, body: [])
        #expect(answer["Access-Control-Allow-Origin"] == allowed)
        // A shared cache must not give one origin's answer to the other.
        #expect(answer["Vary"]?.lowercased().contains("origin") == true)
    }
}
