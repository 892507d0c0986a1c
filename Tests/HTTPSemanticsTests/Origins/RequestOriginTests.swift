import HTTPSemantics
import HTTPTypes
import Testing

@Suite("Where a request comes from")
struct RequestOriginTests {
    private let proxies: TrustedAddresses

    init() throws {
        proxies = try TrustedAddresses(["127.0.0.1", "::1", "10.0.0.0/8"])
    }

    private func origin(
        _ pairs: (HTTPField.Name, String)...,
        authority: String? = "inner.example:8080",
        peer: String = "127.0.0.1",
        isSecure: Bool = false
    ) -> RequestOrigin {
        RequestOrigin(
            fields: HTTPFields(pairs.map { HTTPField(name: $0.0, value: $0.1) }),
            authority: authority,
            peer: IPAddress(peer),
            isTrusted: proxies.contains,
            isSecure: isSecure
        )
    }

    @Test("A5.37: an absolute URL from the request's own Host")
    func host() {
        #expect(origin().url(ofPath: "/a") == "http://inner.example:8080/a")
        #expect(origin(authority: "EXAMPLE.com:80").url(ofPath: "/a") == "http://example.com/a")
        #expect(origin(authority: "example.com:443", isSecure: true).url(ofPath: "/a") == "https://example.com/a")
        #expect(origin(authority: "[::1]:8080").url(ofPath: "/a") == "http://[::1]:8080/a")
    }

    @Test(
        "A5.37: without a usable Host there is only the path",
        arguments: [
            nil, "", "a b", "a/b", "u@h", "h:0", "h:65536", "h:", "h:1:2", "h:-1", "h:+1", "[::1", "[1.2.3.4]",
            "[::1]x", "[fe80::1%25a]",
            "h%41", "h\r\n", "\u{e9}.example", "h?x", "h#x", "h\\x", "<h>", "\"h\"", String(repeating: "h", count: 254),
        ] as [String?]
    )
    func unusableHost(authority: String?) {
        let origin = origin(authority: authority)
        #expect(origin.authority == "")
        #expect(origin.url(ofPath: "/a") == "/a")
    }

    @Test("A5.37: a trusted proxy tells scheme, host and client, in the standard's way")
    func forwarded() {
        let origin = origin((.forwarded, "for=\"[2001:DB8::1]:4711\";host=\"Up.example:443\";proto=HTTPS;by=_me"))
        #expect(origin.url(ofPath: "/a") == "https://up.example/a")
        #expect(origin.clientAddress == "2001:db8::1")
        #expect(origin.clientNetwork == "2001:db8::/64")
    }

    @Test("A5.37: or in the older way")
    func xForwarded() {
        let origin = origin(
            (.xForwardedFor, "192.0.2.7"),
            (.xForwardedHost, "up.example"),
            (.xForwardedProto, "https")
        )
        #expect(origin.url(ofPath: "/a") == "https://up.example/a")
        #expect(origin.clientAddress == "192.0.2.7")
        #expect(origin.clientNetwork == "192.0.2.7")
        #expect(self.origin((.xForwardedProto, "https")).url(ofPath: "/") == "https://inner.example:8080/")
        #expect(self.origin((.xForwardedFor, "192.0.2.7:9999")).clientAddress == "192.0.2.7")
        #expect(self.origin((.xForwardedFor, "2001:db8::9")).clientAddress == "2001:db8::9")
    }

    @Test("Nobody else is believed")
    func untrusted() {
        for peer in ["192.0.2.1", "2001:db8::1", "", "unix", "127.0.0.2"] {
            let origin = origin(
                (.forwarded, "for=1.2.3.4;host=evil.example;proto=https"),
                (.xForwardedFor, "1.2.3.4"),
                (.xForwardedHost, "evil.example"),
                (.xForwardedProto, "https"),
                peer: peer
            )
            #expect(origin.url(ofPath: "/") == "http://inner.example:8080/")
            #expect(origin.clientAddress == IPAddress(peer)?.description ?? "")
        }
    }

    @Test("What the client put at the left is not believed")
    func forgedPrefix() {
        let standard = origin(
            (.forwarded, "for=1.2.3.4;host=evil.example;proto=http, for=192.0.2.7;host=up.example;proto=https")
        )
        #expect(standard.clientAddress == "192.0.2.7")
        #expect(standard.url(ofPath: "/") == "https://up.example/")
        let older = origin(
            (.xForwardedFor, "127.0.0.1"),
            (.xForwardedFor, "1.2.3.4, 192.0.2.7"),
            (.xForwardedHost, "evil.example, up.example"),
            (.xForwardedProto, "http,https")
        )
        #expect(older.clientAddress == "192.0.2.7")
        #expect(older.url(ofPath: "/") == "https://up.example/")
    }

    @Test("Several trusted proxies: the outermost one saw the client")
    func chain() {
        let standard = origin(
            (.forwarded, "for=192.0.2.7;host=up.example;proto=https, for=10.1.2.3;host=middle.example;proto=http")
        )
        #expect(standard.clientAddress == "192.0.2.7")
        #expect(standard.url(ofPath: "/") == "https://up.example/")
        let older = origin(
            (.xForwardedFor, "192.0.2.7, 10.1.2.3"),
            (.xForwardedHost, "up.example, middle.example"),
            (.xForwardedProto, "https")
        )
        #expect(older.clientAddress == "192.0.2.7")
        #expect(older.url(ofPath: "/") == "https://up.example/")
        let onlyTrusted = origin((.xForwardedFor, "10.0.0.1, 10.0.0.2"))
        #expect(onlyTrusted.clientAddress == "10.0.0.1")
    }

    @Test("A hidden client is its proxy's")
    func hidden() {
        for node in ["unknown", "_hidden", "\"_x:_y\"", "\"\"", "\"1.2.3.4.5\""] {
            let origin = origin((.forwarded, "for=1.2.3.4, for=\(node), for=10.0.0.9"))
            #expect(origin.clientAddress == "10.0.0.9", "\(node)")
        }
    }

    @Test(
        "A malformed Forwarded is as good as none",
        arguments: [
            "for", "for=", "for=a b", "for=\"a", "for=1.2.3.4;for=1.2.3.4", "for=1.2.3.4 host=evil.example", "=a", ";",
            "for=[::1]", "for=1.2.3.4;", "for=1.2.3.4;,proto=https", "for=\u{e9}",
        ]
    )
    func malformed(text: String) {
        let origin = origin((.forwarded, "for=1.2.3.4;proto=https"), (.forwarded, text))
        #expect(origin.clientAddress == "127.0.0.1")
        #expect(origin.scheme == "http")
    }

    @Test("A client cannot silence a proxy that adds a line of its own")
    func malformedPrefix() {
        let origin = origin((.forwarded, "for=\"a"), (.forwarded, "for=192.0.2.7;proto=https"))
        #expect(origin.clientAddress == "192.0.2.7")
        #expect(origin.scheme == "https")
        #expect(self.origin((.xForwardedFor, "garbage,, \u{7F}, 192.0.2.7")).clientAddress == "192.0.2.7")
    }

    @Test("Values that are no host or scheme are ignored one by one")
    func unusableValues() {
        let origin = origin((.forwarded, "for=192.0.2.7;host=\"evil.example/a\";proto=javascript"))
        #expect(origin.url(ofPath: "/") == "http://inner.example:8080/")
        #expect(origin.clientAddress == "192.0.2.7")
        #expect(self.origin((.xForwardedHost, "a b")).authority == "inner.example:8080")
        #expect(self.origin((.xForwardedProto, "ftp")).scheme == "http")
    }

    @Test("Two kinds of fields that contradict each other: one is forged, and neither is believed")
    func contradiction() {
        for forged in ["for=1.2.3.4;host=evil.example", "for=unknown", "host=evil.example"] {
            let origin = origin((.forwarded, forged), (.xForwardedFor, "192.0.2.7"), (.xForwardedProto, "https"))
            #expect(origin.clientAddress == "127.0.0.1")
            #expect(origin.url(ofPath: "/") == "http://inner.example:8080/")
        }
        let agreed = origin((.forwarded, "for=192.0.2.7;proto=https"), (.xForwardedFor, "192.0.2.7"))
        #expect(agreed.clientAddress == "192.0.2.7")
        #expect(agreed.scheme == "https")
    }

    @Test("One client has one address, however it is spelled")
    func canonical() {
        #expect(origin(peer: "::ffff:192.0.2.1").clientAddress == "192.0.2.1")
        #expect(origin(peer: "2001:0DB8:0:0:0:0:0:1").clientAddress == "2001:db8::1")
        #expect(origin(peer: "fe80::1%eth0").clientAddress == "fe80::1")
        #expect(origin((.xForwardedFor, "::FFFF:192.0.2.1")).clientAddress == "192.0.2.1")
        #expect(origin((.xForwardedFor, "9.9.9.9"), peer: "::ffff:127.0.0.1").clientAddress == "9.9.9.9")
    }

    @Test("A list without end is walked only so far")
    func endless() {
        let addresses = Array(repeating: "10.0.0.1", count: 33).joined(separator: ",")
        #expect(origin((.xForwardedFor, "1.2.3.4," + addresses)).clientAddress == "10.0.0.1")
        let elements = Array(repeating: "for=10.0.0.1", count: 33).joined(separator: ",")
        let origin = origin((.forwarded, "for=1.2.3.4;proto=https," + elements))
        #expect(origin.clientAddress == "10.0.0.1")
        #expect(origin.scheme == "http")
        let parameters = (0..<17).map { "p\($0)=1" }.joined(separator: ";")
        #expect(self.origin((.forwarded, "proto=https;\(parameters)")).scheme == "http")
    }
}
