import MediaTesting
import Testing

/// Every operation of every route, asked for by somebody who has said nothing about who it is.
@Suite(
    "Access: every route",
    .daemon(
        configuration: """
            access:
              mode: required
            collections:
              names: [documents, secrets]
              documents:
                access: public
              secrets:
                access: private
                types: [text/plain]
            """
    ),
    .timeLimit(.minutes(5))
)
struct AccessRouteTests {
    /// What is open to everybody, and why.
    private static let open: Set<String> = [
        // The page shows nothing by itself; whether the process responds is nobody's secret.
        "GET /", "HEAD /", "GET /healthz", "HEAD /healthz", "GET /readyz", "HEAD /readyz",
        // Narrowed to what is public.
        "GET /api/media", "HEAD /api/media",
    ]

    /// Every path with its methods; RoutesTests holds the table of routes to the same paths, so a route that is added has to be added here.
    private static let operations: [(path: String, methods: String)] = [
        ("/", "GET HEAD"), ("/healthz", "GET HEAD"), ("/readyz", "GET HEAD"), ("/metrics", "GET HEAD"),
        ("/files/secrets/x.txt", "GET HEAD"), ("/api/files/secrets/x.txt", "GET HEAD"),
        ("/api/upload", "POST"), ("/api/uploads", "POST"), ("/api/uploads/{id}", "GET HEAD PATCH DELETE POST"),
        ("/api/grants", "POST"), ("/api/media", "GET HEAD"), ("/api/media/{id}", "GET HEAD PATCH DELETE"),
        ("/api/media/{id}/addresses", "GET HEAD"), ("/api/sign", "POST"),
        ("/api/media/{id}/links", "GET HEAD POST DELETE"), ("/api/links", "GET HEAD DELETE"),
        ("/api/trash", "GET HEAD"), ("/api/trash/{id}", "GET HEAD DELETE"), ("/api/trash/{id}/restore", "POST"),
        ("/api/changes", "GET HEAD"), ("/api/events", "GET"), ("/api/events/ws", "GET"), ("/api/events/ticket", "POST"),
        ("/api/webhooks", "GET HEAD POST"), ("/api/webhooks/{id}", "GET HEAD DELETE"),
        ("/api/webhooks/{id}/rotate", "POST"), ("/api/webhooks/{id}/replay", "POST"),
        ("/api/webhooks/{id}/enable", "POST"), ("/api/webhooks/{id}/disable", "POST"),
    ]

    @Test("In mode required each operation is denied without credentials, with WWW-Authenticate, unless it is listed")
    func denied() async throws {
        let daemon = try Daemon.current()
        for (pattern, methods) in Self.operations {
            let id =
                pattern.contains("uploads") ? String(repeating: "0", count: 32) : "00000000-0000-7000-8000-000000000000"
            let path = pattern.replacing("{id}", with: id)
            for method in methods.split(separator: " ").map(String.init) {
                let name = "\(method) \(pattern)"
                let response = try await daemon.request(
                    method,
                    path,
                    method == "POST" ? [("Tus-Resumable", "1.0.0"), ("Upload-Length", "1")] : [],
                    body: ["POST", "PATCH"].contains(method) ? [] : nil
                )
                if Self.open.contains(name) {
                    #expect([200, 204].contains(response.status), "\(name): \(response.status)")
                } else if path.contains("/uploads/") {
                    // An upload that is not there, or not theirs.
                    #expect([401, 404, 400, 412].contains(response.status), "\(name): \(response.status)")
                } else {
                    #expect(response.status == 401, "\(name): \(response.status)")
                    #expect(response["WWW-Authenticate"] == "Bearer", "\(name)")
                }
            }
        }
    }

    @Test(
        "A preflight needs no credentials, may ask for Authorization, and a 401 can be read by scripts",
        arguments: [
            "/api/uploads", "/api/upload", "/files/secrets/x.txt", "/api/media",
        ]
    )
    func crossOrigin(_ path: String) async throws {
        let daemon = try Daemon.current()
        let origin = ("Origin", "https://app.example")
        let preflight = try await daemon.request(
            "OPTIONS",
            path,
            [origin, ("Access-Control-Request-Method", "GET"), ("Access-Control-Request-Headers", "authorization")]
        )
        #expect(preflight.status == 204)
        #expect(preflight["Access-Control-Allow-Headers"]?.lowercased().contains("authorization") == true)
        guard path != "/api/media" else { return }
        let isFile = path.hasPrefix("/files")
        let tus = [("Tus-Resumable", "1.0.0"), ("Upload-Length", "1")]
        let refusal =
            isFile
            ? try await daemon.request("GET", path, [origin])
            : try await daemon.request("POST", path, [origin] + tus, body: [])
        #expect(refusal.status == 401)
        #expect(refusal["Access-Control-Allow-Origin"] == "*")
        #expect(refusal["Access-Control-Expose-Headers"]?.contains("WWW-Authenticate") == true)
    }

    @Test("Refusals of uploads keep the fields of their protocols")
    func protocols() async throws {
        let daemon = try Daemon.current()
        let tus = try await daemon.request(
            "POST",
            "/api/uploads",
            [("Tus-Resumable", "1.0.0"), ("Upload-Length", "5")]
        )
        #expect(tus.status == 401 && tus["Tus-Resumable"] == "1.0.0")
        let http = try await daemon.request(
            "POST",
            "/api/upload?collection=documents",
            [("Upload-Draft-Interop-Version", "6"), ("Upload-Complete", "?1")],
            body: Array("hello".utf8)
        )
        #expect(http.status == 401)
        #expect(http["Upload-Draft-Interop-Version"] == "6" && http["Upload-Complete"] == "?0", "\(http.fields)")
    }

    @Test("Nobody learns without credentials whether there is such a private file: 401 for all")
    func hiddenFromAll() async throws {
        let daemon = try Daemon.current()
        for path in [
            "/files/secrets/there.txt", "/files/secrets/not.txt", "/files/secrets/not.txt?preset=w92",
            "/files/secrets/not.mp4/hls/index.m3u8", "/files/secrets/not.mp4/storyboard.vtt",
            "/api/files/secrets/not.txt", "/api/media?collection=secrets", "/api/media?path=secrets/not.txt",
            "/api/media/00000000-0000-7000-8000-000000000000",
        ] {
            #expect(try await daemon.request("GET", path).status == 401, "\(path)")
        }
        #expect(try await daemon.request("GET", "/files/documents/not.txt").status == 404)
    }
}
