import MediaClient
import NIOHTTP1
import Testing

@Suite("What a proxy passes on")
struct PassedFieldsTests {
    private static let origin = PassedRequest.Origin(
        client: "192.0.2.7",
        scheme: "https",
        authority: "films.example.com"
    )

    @Test("Of a request: what is for mediad; nothing of the connection, nothing that the client only claims")
    func request() {
        let passed = PassedFields.request(
            [
                "Host": "films.example.com", "Authorization": "Bearer grant", "Range": "bytes=0-1", "If-Range": "\"a\"",
                "Tus-Resumable": "1.0.0", "Upload-Offset": "5", "Connection": "close, X-Mine", "X-Mine": "1",
                "Keep-Alive": "5", "TE": "trailers", "Transfer-Encoding": "chunked", "Content-Length": "7",
                "Expect": "100-continue", "Cookie": "films_refresh=secret", "Proxy-Authorization": "Basic x",
                "X-Forwarded-For": "10.0.0.1", "x-forwarded-host": "evil.example", "Forwarded": "for=10.0.0.1",
                "Upgrade": "websocket",
            ],
            from: Self.origin
        )
        #expect(
            passed.map { "\($0.name): \($0.value)" } == [
                "Authorization: Bearer grant", "Range: bytes=0-1", "If-Range: \"a\"", "Tus-Resumable: 1.0.0",
                "Upload-Offset: 5", "X-Forwarded-For: 192.0.2.7", "X-Forwarded-Proto: https",
                "X-Forwarded-Host: films.example.com",
            ]
        )
    }

    @Test("Of a response: addresses of what is passed on become paths")
    func response() {
        let prefixes = ["/files/", "/api/uploads"]
        for (address, path) in [
            ("http://127.0.0.1:8080/api/uploads/1", "/api/uploads/1"),
            ("https://films.example.com/files/a.jpg?v=1", "/files/a.jpg?v=1"), ("/api/uploads/1", "/api/uploads/1"),
            ("https://elsewhere.example/login", "https://elsewhere.example/login"), ("http://a", "http://a"),
        ] {
            let passed = PassedFields.response(["Location": address, "Set-Cookie": "a=1"], passing: prefixes)
            #expect(passed.map { "\($0.name): \($0.value)" } == ["Location: \(path)"])
        }
    }

    @Test(
        "A target stays as it was but for characters that no address may have",
        arguments: [
            ("/files/a%20b?x=%2F&y=1", "/files/a%20b?x=%2F&y=1"), ("/files/a|b\"", "/files/a%7Cb%22"),
            ("/files/é", "/files/%C3%A9"), ("/files/a/../b", "/files/a/../b"), ("/files/a[1]", "/files/a%5B1%5D"),
        ]
    )
    func target(_ text: String, _ expected: String) { #expect(PassedRequest.target(text) == expected) }

    @Test("A percent sign that encodes nothing is no target", arguments: ["/a%", "/a%2", "/a%zz", "a", ""])
    func noTarget(_ text: String) { #expect(PassedRequest.target(text) == nil) }
}
