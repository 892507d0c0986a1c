import MediaTesting
import Testing

@Suite("Names that lead astray", .daemon(), .timeLimit(.minutes(3)))
struct BadNameTests {
    /// As they stand in a query, percent-encoded.
    static let names: [String] = [
        "..", ".", "../x", "x/../y", "x/..", "/etc/passwd", "//x", "x//y", "x/", "%2Fx", "", "%2e%2e",
        "%2e%2e%2fetc%2fpasswd",
        "%252e%252e", "%252e%252e%252fx", "..%5C..%5Cx", "x%5Cy", "%5C", "a%00b", "%00", "a%01b", "a%0Ab", "a%0D%0Ab",
        "a%7Fb",
        "a%C2%85b", "a%E2%80%8Bb", "a%E2%80%AEgpj.b", "a%E2%80%A8b", ".hidden", "x/.hidden", ".htaccess", "%20", "a%20",
        "%20a", "a.", "a/b.", "...", String(repeating: "n", count: 300), String(repeating: "%C3%A9", count: 101),
        (0..<50).map { "d\($0)" }.joined(separator: "/"), String(repeating: "../", count: 50) + "etc/passwd",
        "%C0%AE%C0%AE%2Fx", "%FF", "a%ED%A0%80b", "a%FEb",
        // A slash, a dot or a backslash that a combining mark makes a part of another character.
        "a/%CC%81b", ".%CC%81x", "x/..%CC%81", "a%5C%CC%81b", "%CC%81x/../..%CC%81/y",
    ]

    @Test("are refused in the address", arguments: names)
    func inQuery(name: String) async throws {
        let daemon = try Daemon.current()
        let answer = try await daemon.upload(try Samples.jpeg(), "collection=posters&name=\(name)")
        // What cannot be decoded at all is no name yet.
        let isUnreadable = ["%00", "%C0", "%FF", "%ED", "%FE"].contains { name.contains($0) }
        let code = try #require(try JSONValue(parsing: answer.body)["code"]?.string)
        try answer.expectProblem(400, isUnreadable ? code : "invalid_name")
        #expect(["invalid_name", "invalid_request"].contains(code))
    }

    @Test("are refused in a form", arguments: names.compactMap(decoded))
    func inForm(name: [UInt8]) async throws {
        let daemon = try Daemon.current()
        let text = String(decoding: name, as: UTF8.self)
        let form = Form().field("collection", "posters").field("name", text).file(try Samples.jpeg())
        try await daemon.upload(form).expectProblem(400, "invalid_name")
    }

    @Test("leave nothing outside of the tree, nor in it")
    func leaveNothing() async throws {
        let daemon = try Daemon.current()
        for name in Self.names {
            _ = try await daemon.upload(try Samples.jpeg(), "collection=posters&name=\(name)")
        }
        #expect(try await eventually { daemon.site.filesInStaging.isEmpty })
        let strangers = daemon.site.filesInTree.filter {
            "/\($0)/".contains("/../") || $0.contains("hidden") || $0.contains("passwd")
        }
        #expect(strangers.isEmpty)
    }

    @Test(
        "are only those: these are taken",
        arguments: [
            "1", "user123", "a.b", "a..b", "a%20b", "%C3%A9t%C3%A9", "%E6%98%A0%E7%94%BB", "e%CC%81", "100%25", "a+b",
            "a~b!$'()*,;=:@", "-rf",
            "%F0%9F%8E%AC", "a/b/c/d", String(repeating: "n", count: 200), String(repeating: "%C3%A9", count: 100),
        ]
    )
    func goodNames(name: String) async throws {
        let daemon = try Daemon.current()
        let unique = uniqueName()
        let record = try await daemon.upload(try Samples.jpeg(), "collection=posters&name=\(unique)/\(name)").record()
        #expect(record.path.hasPrefix("posters/\(unique)/"))
        daemon.site.expectInTree(record)
        // The address it is given leads to it, as does the other form.
        #expect(try await daemon.request("GET", record.url).status == 200)
        #expect(try await daemon.request("GET", "/api\(record.url)").status == 200)
        #expect(record.url.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F })
    }

    @Test("of one word in two Unicode forms are one name")
    func normalization() async throws {
        let daemon = try Daemon.current()
        let unique = uniqueName()
        let composed = try await daemon.upload(try Samples.jpeg(), "collection=posters&name=\(unique)-%C3%A9").record()
        let decomposed = try await daemon.upload(try Samples.jpeg(), "collection=posters&name=\(unique)-e%CC%81")
            .record()
        #expect(composed.path == decomposed.path)
        #expect(composed.id == decomposed.id)
    }

    /// The name as a form carries it; nil for what is no text, or cannot stand in a form's line.
    private static func decoded(_ name: String) -> [UInt8]? {
        var bytes: [UInt8] = []
        var rest = Array(name.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                rest.removeFirst(2)
                bytes.append(value)
            } else {
                bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self) == nil ? nil : bytes
    }
}
