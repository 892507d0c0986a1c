import MediaCore
import Testing

@Suite("URLs of webhooks")
struct WebhookURLTests {
    @Test(
        "Scheme, host, port and target are read",
        arguments: [
            ("https://Example.com", "example.com", 443, "/", "example.com"),
            ("HTTPS://example.com/", "example.com", 443, "/", "example.com"),
            ("http://example.com:8080/a/b?c=d&e", "example.com", 8080, "/a/b?c=d&e", "example.com:8080"),
            ("https://example.com?x=1", "example.com", 443, "/?x=1", "example.com"),
            ("https://example.com:443/%41", "example.com", 443, "/%41", "example.com"),
            ("http://example.com:443/", "example.com", 443, "/", "example.com:443"),
            ("https://[2001:DB8::1]:8443/x", "2001:db8::1", 8443, "/x", "[2001:db8::1]:8443"),
            ("https://10.0.0.1/a@b:c", "10.0.0.1", 443, "/a@b:c", "10.0.0.1"),
        ]
    )
    func read(text: String, host: String, port: Int, target: String, field: String) throws {
        let url = try WebhookURL(text)
        #expect(url.text == text)
        #expect(url.host == host)
        #expect(url.port == port)
        #expect(url.target == target)
        #expect(url.hostField == field)
        #expect(url.isSecure == text.lowercased().hasPrefix("https"))
    }

    @Test(
        "What two readers could take differently is refused, and not repeated",
        arguments: [
            "", "example.com", "ftp://example.com/", "https:/example.com", "https://", "https:///path", "https://?x",
            "https://user:secret@example.com/", "https://user@example.com/", "https://a@b@example.com/",
            "https://@example.com/",
            "https://example.com\\@inside/", "https://example.com\\.inside/", "https://example.com/\u{9}",
            "https://example.com/ x",
            "https://example.com/\r\nX: y", "https://exa\u{0}mple.com/", "https://ex\u{E4}mple.com/",
            "https://example.com/#x",
            "https://example.com%2einside/", "https://example.com:0/", "https://example.com:65536/",
            "https://example.com:/",
            "https://example.com:8o/", "https://example.com:+80/", "https://example.com:80:90/", "https://[::1/",
            "https://[]/",
            "https://[::1%eth0]/", "https://[::1]x/", "https://[example.com]/", "https://.example.com/",
            "https://example.com./",
            "https://exa..mple.com/", "https://exam!ple.com/", "javascript://example.com/",
        ]
    )
    func refused(text: String) {
        let error = #expect(throws: MediaError.self) { try WebhookURL(text) }
        #expect(error?.code == .endpointNotAllowed)
        #expect(error?.message.contains("secret") == false)
    }

    @Test("Its length is bounded, that of the host too")
    func bounded() throws {
        let base = "https://example.com/"
        _ = try WebhookURL(base + String(repeating: "a", count: 2048 - base.count))
        #expect(throws: MediaError.self) { try WebhookURL(base + String(repeating: "a", count: 2049 - base.count)) }
        #expect(throws: MediaError.self) { try WebhookURL("https://" + String(repeating: "a", count: 254) + "/") }
        #expect(throws: MediaError.self) { try WebhookURL(base + String(repeating: "a", count: 1 << 20)) }
    }

    @Test("What the log may show has neither path nor query")
    func origin() throws {
        #expect(try WebhookURL("https://example.com:8443/T0/B0/token?key=1").origin == "https://example.com:8443")
        #expect(try WebhookURL("http://[::1]/secret").origin == "http://[::1]")
    }

    @Test(
        "Kinds of changes are wanted by name, or by their first part",
        arguments: [
            ([], true), (["file.created"], true), (["file.*"], true), (["link.*"], false), (["file.create"], false),
            (["f*"], false), (["*"], false), (["link.added", "file.created"], true), (["file.created.*"], false),
            ([".*"], false),
        ] as [([String], Bool)]
    )
    func filter(events: [String], isWanted: Bool) throws {
        let secret = try #require(WebhookSecret("whsec_AAAA"))
        let time = Timestamp(microseconds: 0)
        let webhook = Webhook(
            id: .make(),
            name: "",
            url: try WebhookURL("https://example.com/"),
            events: events,
            collections: [],
            secrets: [secret],
            stateSince: time,
            cursor: FeedCursor(epoch: "a", position: 0),
            nextTry: nil,
            createdAt: time
        )
        #expect(webhook.wants(.fileCreated) == isWanted)
    }
}
