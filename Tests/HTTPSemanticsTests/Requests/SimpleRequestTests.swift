import HTTPSemantics
import HTTPTypes
import MediaTesting
import Testing

@Suite("Simple requests in the bytes of a connection")
struct SimpleRequestTests {
    private func text(_ range: Range<Int>?, of head: String) -> String? {
        range.map { String(decoding: Array(head.utf8)[$0], as: UTF8.self) }
    }

    @Test("What clients send is simple, in whole", arguments: Heads.ofClients)
    func clients(head: String) throws {
        let request = try #require(Heads.simple(head))
        #expect(request.headLength == head.utf8.count)
        #expect(request.isHead == head.hasPrefix("HEAD"))
        let target = head.split(separator: " ")[1]
        #expect(text(request.target, of: head) == String(target))
        #expect(request.keepsAlive == !head.contains("Connection: close"))
    }

    @Test("Every beginning of a head is not yet one", arguments: Heads.ofClients)
    func beginnings(head: String) {
        let bytes = Array(head.utf8)
        for count in 0..<bytes.count { #expect(Heads.recognize(bytes[..<count]) == .incomplete) }
    }

    @Test("Fields that nobody reads change nothing, whatever they are called")
    func unread() throws {
        var numbers = SeededNumbers(test: 14)
        let known = Set((FileRequestFields.deciding).map(\.canonicalName))
        let characters = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_!#$%&'*+.^`|~")
        let bare = try #require(Heads.simple(Heads.with("Range: bytes=0-1", "Accept: a/b")))
        for _ in 0..<5000 {
            let length = Int.random(in: 1...30, using: &numbers)
            let name = String((0..<length).map { _ in characters.randomElement(using: &numbers) ?? "x" })
            if known.contains(name.lowercased()) { continue }
            var request = try #require(
                Heads.simple(Heads.with("Range: bytes=0-1", "Accept: a/b", "\(name): x")),
                "\(name)"
            )
            request.headLength = bare.headLength
            try #require(request == bare, "\(name)")
        }
    }

    @Test("What decides is in the list of all that is read", arguments: FileRequestFields.deciding.map(\.canonicalName))
    func deciding(name: String) {
        let bare = Heads.recognize(Heads.plain)
        let changes = ["bytes=0-1", "sha-256=1"].contains { value in
            guard case .simple(var request) = Heads.recognize(Heads.with("\(name): \(value)")) else { return true }
            request.headLength = Heads.plain.utf8.count
            return .simple(request) != bare
        }
        #expect(changes, "\(name) is passed over")
    }

    @Test("What follows the head changes nothing")
    func followed() {
        let expected = Heads.recognize(Heads.plain)
        for next in ["G", Heads.plain, "\r\n", "\0", " x", "\n", String(repeating: "x", count: 40_000)] {
            #expect(Heads.recognize(Heads.plain + next) == expected)
        }
    }

    @Test("Values are found without the whitespace around them")
    func values() throws {
        let head = Heads.with(
            "ACCEPT:\t image/webp, */*;q=0.8 \t",
            "origin:https://page.example",
            "cOnNeCtIoN:   KEEP-alive\t",
            "RANGE: bytes=0-1\t, 2-3  "
        )
        let request = try #require(Heads.simple(head))
        #expect(text(request.accept, of: head) == "image/webp, */*;q=0.8")
        #expect(text(request.origin, of: head) == "https://page.example")
        #expect(request.keepsAlive)
        #expect(request.conditions.range == "bytes=0-1\t, 2-3")
        #expect(!request.wantsReprDigest)
        let bare = try #require(Heads.simple(Heads.plain))
        #expect(bare.accept == nil && bare.origin == nil && bare.conditions.isEmpty && bare.keepsAlive)
        let empty = try #require(Heads.simple(Heads.with("Accept:", "User-Agent:   ", "Range: ")))
        #expect(empty.accept?.isEmpty == true)
        #expect(empty.conditions.range == "")
    }

    @Test("A bearer credential is found behind its one space")
    func bearer() throws {
        for line in ["Authorization: Bearer mk_x.y-z", "AUTHORIZATION:  bearer mk_x.y-z \t"] {
            let head = Heads.with(line)
            #expect(text(try #require(Heads.simple(head)).bearer, of: head) == "mk_x.y-z")
        }
        #expect(try #require(Heads.simple(Heads.plain)).bearer == nil)
        for lines in [
            ["Authorization: Bearer"], ["Authorization: Bearer "], ["Authorization: Bearer  x"], ["Authorization: x"],
            ["Authorization:"], ["Authorization: Bearer x", "Authorization: Bearer x"], ["Authorization: Bearer\tx"],
        ] {
            let head = lines.count == 2 ? Heads.with(lines[0], lines[1]) : Heads.with(lines[0])
            #expect(Heads.recognize(head) == .other, "\(lines)")
        }
    }

    @Test("Conditions are collected as the router collects them")
    func conditions() throws {
        let request = try #require(
            Heads.simple(
                Heads.with(
                    "If-Match: \"a\"",
                    "If-None-Match: \"b\"",
                    "IF-MATCH: \"c\" ",
                    "If-Modified-Since: x",
                    "if-modified-since: y",
                    "If-Unmodified-Since: z",
                    "If-Range: \"r\"",
                    "Range: bytes=0-1",
                    "range: bytes=2-3"
                )
            )
        )
        var expected = ConditionalFields()
        expected.ifMatch = ["\"a\"", "\"c\""]
        expected.ifNoneMatch = ["\"b\""]
        expected.ifModifiedSince = "x, y"
        expected.ifUnmodifiedSince = "z"
        expected.ifRange = "\"r\""
        expected.range = "bytes=0-1, bytes=2-3"
        #expect(request.conditions == expected)
    }

    @Test("Obs-text in a value is text with replacement characters, as elsewhere")
    func obsoleteText() throws {
        var head = Array("GET /a HTTP/1.1\r\nHost: h\r\nIf-None-Match: \"".utf8)
        head += [0xE9, 0xC3, 0xA9, 0xFF]
        head += Array("\"\r\nUser-Agent: \u{20AC}\r\n\r\n".utf8)
        guard case .simple(let request) = Heads.recognize(head) else {
            Issue.record("not simple")
            return
        }
        #expect(request.conditions.ifNoneMatch == ["\"\u{FFFD}\u{E9}\u{FFFD}\""])
    }

    @Test(
        "Want-Repr-Digest counts with a weight above 0",
        arguments: [
            (["sha-256=1"], true), (["sha-512=3, sha-256=10"], true), (["sha-512=3", "sha-256=2"], true),
            (["sha-256=0"], false), (["sha-512=1"], false), (["sha-256"], false), (["sha-256=11"], false),
            (["SHA-256=1"], false), (["sha-256=1", "sha-256=0"], false), (["sha-256=1,"], false), ([""], false),
        ]
    )
    func wants(lines: [String], expected: Bool) throws {
        let fields = lines.map { "Want-Repr-Digest: \($0)\r\n" }.joined()
        let request = try #require(Heads.simple("GET /a HTTP/1.1\r\nHost: h\r\n\(fields)\r\n"))
        #expect(request.wantsReprDigest == expected)
    }

    @Test("Limits: the longest head and the most fields are still taken")
    func limits() {
        let head = Array(Heads.with("Cookie: \(String(repeating: "c", count: 1000))").utf8)
        #expect(Heads.recognize(head, maximumLength: head.count) != .other)
        #expect(Heads.recognize(head, maximumLength: head.count - 1) == .other)
        #expect(Heads.recognize(head, maximumLength: 0) == .other)
        #expect(Heads.recognize(head, maximumFields: 2) != .other)
        #expect(Heads.recognize(head, maximumFields: 1) == .other)
        #expect(Heads.recognize(head, maximumFields: 0) == .other)
        let longest = 32 * 1024 - Heads.with("Cookie: ").utf8.count
        #expect(Heads.simple(Heads.with("Cookie: \(String(repeating: "c", count: longest))")) != nil)
        #expect(Heads.recognize(Heads.with("Cookie: \(String(repeating: "c", count: longest + 1))")) == .other)
        let most = String(repeating: "DNT: 1\r\n", count: 99)
        #expect(Heads.simple("GET / HTTP/1.1\r\nHost: h\r\n\(most)\r\n") != nil)
        #expect(Heads.recognize("GET / HTTP/1.1\r\nHost: h\r\n\(most)DNT: 1\r\n\r\n") == .other)
    }

    @Test("A control is found wherever it stands in a long value")
    func controls() {
        var numbers = SeededNumbers(test: 8)
        for length in 1...40 {
            for position in 0..<length {
                for control in Array(UInt8(0)...8) + Array(10...31) + [127] {
                    var value = [UInt8](repeating: UInt8.random(in: 0x80...0xFF, using: &numbers), count: length)
                    value[position] = control
                    let head = Array("GET / HTTP/1.1\r\nHost: h\r\nCookie: ".utf8) + value + Array("\r\n\r\n".utf8)
                    #expect(Heads.recognize(head) == .other)
                    value[position] = [0x09, 0x20, 0x7E, 0x80, 0xFF].randomElement(using: &numbers) ?? 0x20
                    let good = Array("GET / HTTP/1.1\r\nHost: h\r\nCookie: ".utf8) + value + Array("\r\n\r\n".utf8)
                    #expect(Heads.recognize(good) != .other)
                }
            }
        }
    }
}
