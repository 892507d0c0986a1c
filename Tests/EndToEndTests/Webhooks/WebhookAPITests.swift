import MediaTesting
import Testing

@Suite("Webhooks over HTTP", .daemon(configuration: Configurations.standard), .timeLimit(.minutes(3)))
struct WebhookAPITests {
    private static func post(_ target: String, _ body: String) async throws -> ProbeResponse {
        try await Daemon.current().request(
            "POST",
            target,
            [("Content-Type", "application/json")],
            body: Array(body.utf8)
        )
    }

    private static func patch(_ id: String, _ body: String) async throws -> ProbeResponse {
        try await Daemon.current().request(
            "PATCH",
            "/api/webhooks/\(id)",
            [("Content-Type", "application/json")],
            body: Array(body.utf8)
        )
    }

    @Test("Changed in place: what is named, and nothing else; refused as a whole, naming the member")
    func changed() async throws {
        let daemon = try Daemon.current()
        let made = try Self.json(
            try await Self.post(
                "/api/webhooks",
                "{\"url\": \"https://hooks.invalid/a\", \"name\": \"app\", \"events\": [\"file.*\"]}"
            )
        )
        let id = try #require(made["id"]?.string)
        let changed = try await Self.patch(
            id,
            "{\"url\": \"https://hooks.invalid/b\", \"collections\": [\"posters\"], \"active\": false, \"id\": \"x\"}"
        )
        #expect(changed.status == 200, "\(changed.text)")
        let webhook = try Self.json(changed)
        #expect(webhook["url"]?.string == "https://hooks.invalid/b" && webhook["id"]?.string == id)
        #expect(webhook["name"]?.string == "app" && webhook["events"] == .array([.string("file.*")]))
        #expect(webhook["collections"] == .array([.string("posters")]) && webhook["state"]?.string == "disabled")
        #expect(webhook["cursor"] == made["cursor"] && webhook["secret"] == nil)
        #expect(try Self.json(try await Self.patch(id, "{\"active\": true}"))["state"]?.string == "active")
        #expect(try Self.json(try await Self.patch(id, "{\"events\": []}"))["events"] == .array([]))
        #expect(try await Self.patch(id, "{}").status == 200)
        for (body, word) in [
            ("{\"url\": null}", "url"), ("{\"name\": \"b\", \"active\": 1}", "active"),
            ("{\"name\": \"b\", \"events\": [\"file.made\"]}", "file.made"), ("[]", "object"),
        ] {
            let refused = try await Self.patch(id, body)
            #expect(refused.status == 400 && refused.text.contains(word), "\(refused.text)")
        }
        let inside = try await Self.patch(id, "{\"name\": \"b\", \"url\": \"https://[::ffff:10.0.0.1]/\"}")
        #expect(try inside.status == 400 && Self.json(inside)["code"]?.string == "endpoint_not_allowed")
        let after = try Self.json(try await daemon.request("GET", "/api/webhooks/\(id)"))
        #expect(after["name"]?.string == "app" && after["url"]?.string == "https://hooks.invalid/b")
        #expect(try await Self.patch("aaaaaaaaaaaa", "{}").status == 404)
        #expect(try await daemon.request("DELETE", "/api/webhooks/\(id)").status == 204)
    }

    private static func json(_ response: ProbeResponse) throws -> JSONValue { try JSONValue(parsing: response.body) }

    @Test("Made, listed, read, changed and deleted; the secret is there once")
    func managed() async throws {
        let daemon = try Daemon.current()
        let made = try await Self.post(
            "/api/webhooks",
            "{\"url\": \"https://hooks.invalid/a?key=1\", \"name\": \"app\", \"events\": [\"file.*\"], \"later\": {\"unknown\": [1]}}"
        )
        #expect(made.status == 201, "\(String(decoding: made.body, as: UTF8.self))")
        let webhook = try Self.json(made)
        let id = try #require(webhook["id"]?.string)
        #expect(made["Location"] == "/api/webhooks/\(id)")
        #expect(webhook["secret"]?.string?.hasPrefix("whsec_") == true)
        #expect(webhook["state"]?.string == "active")
        #expect(webhook["lag"]?.integer == 0)
        let read = try await daemon.request("GET", "/api/webhooks/\(id)")
        #expect(read.status == 200)
        #expect(try Self.json(read)["secret"] == nil)
        #expect(try Self.json(read)["url"]?.string == "https://hooks.invalid/a?key=1")
        let list = try Self.json(try await daemon.request("GET", "/api/webhooks"))
        #expect(list["webhooks"]?.array?.contains { $0["id"]?.string == id } == true)
        let rotated = try await Self.post("/api/webhooks/\(id)/rotate", "")
        #expect(rotated.status == 200)
        #expect(try Self.json(rotated)["secret"]?.string != webhook["secret"]?.string)
        #expect(try Self.json(try await Self.post("/api/webhooks/\(id)/disable", ""))["state"]?.string == "disabled")
        #expect(try Self.json(try await Self.post("/api/webhooks/\(id)/enable", ""))["state"]?.string == "active")
        #expect(try await Self.post("/api/webhooks/\(id)/replay", "{\"from\": \"floor\"}").status == 200)
        let expired = try await Self.post("/api/webhooks/\(id)/replay", "{\"from\": \"elsewhere.5\"}")
        #expect(expired.status == 410)
        #expect(try Self.json(expired)["code"]?.string == "cursor_expired")
        let metrics = String(decoding: try await daemon.request("GET", "/metrics").body, as: UTF8.self)
        #expect(metrics.contains("mediad_webhooks{state=\"active\"}"))
        #expect(try await daemon.request("DELETE", "/api/webhooks/\(id)").status == 204)
        #expect(try await daemon.request("GET", "/api/webhooks/\(id)").status == 404)
        #expect(!daemon.log.contains("key=1"))
        #expect(!daemon.log.contains("whsec_"))
    }

    @Test(
        "Endpoints inside are refused when they are made",
        arguments: [
            "http://169.254.169.254/latest/meta-data/", "https://127.0.0.1/", "https://localhost:5432/",
            "https://10.0.0.1/",
            "https://[::1]/", "https://[::ffff:127.0.0.1]/", "https://2130706433/", "http://93.184.216.34/",
            "https://user:secret@example.com/", "ftp://example.com/", "https://example.com\\\\@127.0.0.1/",
            "file:///etc/passwd",
        ]
    )
    func inside(url: String) async throws {
        let response = try await Self.post("/api/webhooks", "{\"url\": \"\(url)\"}")
        #expect(response.status == 400)
        #expect(try Self.json(response)["code"]?.string == "endpoint_not_allowed")
        #expect(!String(decoding: response.body, as: UTF8.self).contains("secret@"))
    }

    @Test(
        "Bodies of other types are refused, with the member's name",
        arguments: [
            ("{}", "url"), ("{\"url\": 1}", "url"), ("{\"url\": null}", "url"),
            ("{\"url\": \"https://hooks.invalid/\", \"events\": \"file.created\"}", "events"),
            ("{\"url\": \"https://hooks.invalid/\", \"events\": [1]}", "events"),
            ("{\"url\": \"https://hooks.invalid/\", \"events\": [\"file.made\"]}", "file.made"),
            ("{\"url\": \"https://hooks.invalid/\", \"name\": {}}", "name"),
            ("{\"url\": \"https://hooks.invalid/\", \"from\": \"then\"}", "from"), ("[]", "object"), ("{", "JSON"),
            ("", "url"),
        ]
    )
    func members(body: String, word: String) async throws {
        let response = try await Self.post("/api/webhooks", body)
        #expect(response.status == 400)
        #expect(try Self.json(response)["detail"]?.string?.contains(word) == true)
    }

    @Test(
        "A body that any web site's script could send is refused",
        arguments: ["text/plain", "application/x-www-form-urlencoded", ""]
    )
    func simple(type: String) async throws {
        let daemon = try Daemon.current()
        let fields = [("Origin", "https://elsewhere.example")] + (type.isEmpty ? [] : [("Content-Type", type)])
        let body = Array("{\"url\": \"https://hooks.invalid/simple\"}".utf8)
        let response = try await daemon.request("POST", "/api/webhooks", fields, body: body)
        #expect(response.status == 415, "\(response.text)")
        let list = try await daemon.request("GET", "/api/webhooks").text
        #expect(!list.contains("hooks.invalid/simple"))
    }

    @Test("Deep and huge bodies are refused")
    func extremes() async throws {
        let deep = String(repeating: "[", count: 8000)
        #expect(try await Self.post("/api/webhooks", "{\"url\": \(deep)").status == 400)
        #expect(try await Self.post("/api/webhooks", "{\"later\": \(deep)").status == 400)
        let huge = "{\"url\": \"" + String(repeating: "a", count: 100_000) + "\"}"
        #expect(try await Self.post("/api/webhooks", huge).status == 413)
        #expect(try await Self.post("/api/webhooks/aaaaaaaaaaaa/rotate", "").status == 404)
        #expect(try await Self.post("/api/webhooks/..%2F/rotate", "").status == 404)
    }
}
