import HTTPSemantics
import MediaTesting
import Testing

@Suite("Request targets to path segments")
struct PercentPathTests {
    @Test(
        "Decoded once",
        arguments: [
            ("/", []),
            ("/a", ["a"]),
            ("/files/posters/1.jpg", ["files", "posters", "1.jpg"]),
            ("/a%20b", ["a b"]),
            ("/%C3%A9", ["\u{e9}"]),
            ("/\u{e9}", ["\u{e9}"]),
            ("/%f0%9f%8e%ac", ["\u{1F3AC}"]),
            ("/a+b", ["a+b"]),
            ("/a;v=1", ["a;v=1"]),
            ("/...", ["..."]),
            ("/..a", ["..a"]),
            ("/a..", ["a.."]),
            // Double encoding is decoded once: the name really is "%2e%2e".
            ("/%252e%252e/x", ["%2e%2e", "x"]),
            ("/%252f", ["%2f"]),
            // Full-width dots are letters like any other.
            ("/\u{FF0E}\u{FF0E}/x", ["\u{FF0E}\u{FF0E}", "x"]),
            ("/%EF%BC%8E%EF%BC%8E", ["\u{FF0E}\u{FF0E}"]),
            ("/http://host/", nil),
            ("http://host/a", ["a"]),
            ("HTTP://host:8080/a/b", ["a", "b"]),
            ("https://[::1]:443/a", ["a"]),
            ("http://host", []),
            ("http://host?q", []),
            ("/a?b/../c%zz", ["a"]),
        ] as [(String, [String]?)]
    )
    func segments(target: String, expected: [String]?) throws {
        #expect((try? PercentPath(target: target))?.segments == expected)
    }

    @Test(
        "Refused, with the reason",
        arguments: [
            ("", .notAPath), ("*", .notAPath), ("a", .notAPath), ("host:443", .notAPath), ("ftp://host/a", .notAPath),
            ("http:///a", .notAPath), ("http://user@host/a", .notAPath), ("http:/a", .notAPath), ("?q", .notAPath),
            ("http://ho st/a", .notAPath), ("file:///etc/passwd", .notAPath), ("\\a", .notAPath), ("%2fa", .notAPath),
            ("//a", .emptySegment), ("/a//b", .emptySegment), ("/a/", .emptySegment), ("//", .emptySegment),
            ("//host/a", .emptySegment), ("http://host//a", .emptySegment),
            ("/.", .dotSegment), ("/..", .dotSegment), ("/../a", .dotSegment), ("/a/..", .dotSegment),
            ("/a/./b", .dotSegment), ("/a/../b", .dotSegment), ("/%2e", .dotSegment), ("/%2E%2e/a", .dotSegment),
            ("/.%2e/a", .dotSegment), ("/a/%2e./b", .dotSegment), ("http://host/../a", .dotSegment),
            ("/a%2fb", .separatorInSegment), ("/a%2Fb", .separatorInSegment), ("/..%2fetc", .separatorInSegment),
            ("/%2e%2e%2fetc", .separatorInSegment), ("/a\\b", .separatorInSegment), ("/..\\a", .separatorInSegment),
            ("/a%5cb", .separatorInSegment), ("/%5C..", .separatorInSegment), ("/%2f", .separatorInSegment),
            ("/%", .invalidPercentEncoding), ("/%2", .invalidPercentEncoding), ("/%zz", .invalidPercentEncoding),
            ("/%u002e", .invalidPercentEncoding), ("/a%", .invalidPercentEncoding), ("/%2/e", .invalidPercentEncoding),
            ("/%+1", .invalidPercentEncoding), ("/%%32e", .invalidPercentEncoding),
            ("/a%00.jpg", .controlCharacter), ("/%00", .controlCharacter), ("/a\0", .controlCharacter),
            ("/a%0d%0ab", .controlCharacter), ("/a\r\nb", .controlCharacter), ("/a%7f", .controlCharacter),
            ("/a%09", .controlCharacter), ("/a b", .controlCharacter), ("/%C2%80", .controlCharacter),
            ("/%c2%9f", .controlCharacter), ("/\u{85}", .controlCharacter), ("/%1b[2J", .controlCharacter),
            ("/a#b", .fragment), ("/#", .fragment), ("http://host#x", .notAPath),
            // Overlong forms of '.', '/' and NUL, lone and cut sequences, surrogates, past U+10FFFF.
            ("/%c0%ae%c0%ae/a", .invalidUTF8), ("/%c0%af", .invalidUTF8), ("/%e0%80%af", .invalidUTF8),
            ("/%f0%80%80%af", .invalidUTF8), ("/%c0%80", .invalidUTF8), ("/%ff", .invalidUTF8), ("/%80", .invalidUTF8),
            ("/%c3", .invalidUTF8), ("/%c3%28", .invalidUTF8), ("/%ed%a0%80", .invalidUTF8),
            ("/%f4%90%80%80", .invalidUTF8), ("/%fe%fe", .invalidUTF8), ("/%c3/%a9", .invalidUTF8),
        ] as [(String, PercentPathError)]
    )
    func refused(target: String, expected: PercentPathError) {
        #expect(throws: expected) { try PercentPath(target: target) }
    }

    @Test("A trailing slash only where it is allowed, and only one")
    func trailingSlash() throws {
        let path = try PercentPath(target: "/a/b/", allowingTrailingSlash: true)
        #expect(path.segments == ["a", "b"])
        #expect(path.hasTrailingSlash)
        #expect(try !PercentPath(target: "/a", allowingTrailingSlash: true).hasTrailingSlash)
        #expect(try !PercentPath(target: "/", allowingTrailingSlash: true).hasTrailingSlash)
        for target in ["/a//", "//", "//a"] {
            #expect(throws: PercentPathError.emptySegment) {
                try PercentPath(target: target, allowingTrailingSlash: true)
            }
        }
    }

    @Test("Query and authority are kept as written")
    func queryAndAuthority() throws {
        #expect(try PercentPath(target: "/a").query == nil)
        #expect(try PercentPath(target: "/a?").query == "")
        #expect(try PercentPath(target: "/a?b=%2f&c?d").query == "b=%2f&c?d")
        #expect(try PercentPath(target: "http://h:1?x").query == "x")
        #expect(try PercentPath(target: "http://h:1/a").authority == "h:1")
        #expect(try PercentPath(target: "/a").authority == nil)
    }

    @Test("An overlong target is not even looked at")
    func tooLong() throws {
        let limit = PercentPath.maximumTargetBytes
        #expect(try PercentPath(target: "/" + String(repeating: "a", count: limit - 1)).segments.count == 1)
        #expect(throws: PercentPathError.tooLong) {
            try PercentPath(target: "/" + String(repeating: "a", count: limit))
        }
    }

    @Test("Every byte encodes and decodes to itself, or is refused")
    func everyByte() throws {
        for byte in UInt8.min...UInt8.max {
            let hex = String(byte, radix: 16)
            let path = try? PercentPath(target: "/x%" + (hex.utf8.count == 1 ? "0" : "") + hex)
            let isRefused = byte < 0x20 || byte >= 0x7F || byte == UInt8(ascii: "/") || byte == UInt8(ascii: "\\")
            #expect(path?.segments == (isRefused ? nil : ["x" + String(decoding: [byte], as: UTF8.self)]))
        }
    }

    @Test("Encoding is undone by decoding, and safe in HTML and forms")
    func encoding() throws {
        let names = [
            "a b", "100%", "\u{e9}\u{1F3AC}", "a&b'c\"<d>+#?", "poster (1).jpg", "x;y=z,@:$!*~", "%2e%2e", "e\u{301}",
        ]
        for name in names {
            let encoded = PercentPath.encode(segment: name)
            #expect(try PercentPath(target: "/" + encoded).segments.map { Array($0.utf8) } == [Array(name.utf8)])
            #expect(!encoded.contains { "&'\"<>+#? %".contains($0) && $0 != "%" })
        }
        #expect(PercentPath.encode(path: "posters/a b.jpg", under: "/files/") == "/files/posters/a%20b.jpg")
        #expect(PercentPath.encode(segment: "a/b") == "a%2Fb")
        #expect(PercentPath.encode(segment: "poster (1).jpg") == "poster%20(1).jpg")
    }

    @Test("Random targets never yield an unsafe segment")
    func randomTargets() {
        let pieces = [
            "/", "%2f", "%2e", ".", "..", "%", "%00", "\\", "%5c", "a", "%c0%ae", "\u{e9}", "%c3%a9", "?", "#", "%25",
            " ",
        ]
        var numbers = SeededNumbers(test: 4)
        var accepted = 0
        for _ in 0..<20_000 {
            let target =
                "/"
                + (0..<Int.random(in: 1...6, using: &numbers)).map { _ in pieces.randomElement(using: &numbers) ?? "" }
                .joined()
            guard let path = try? PercentPath(target: target) else { continue }
            accepted += 1
            for segment in path.segments {
                #expect(!segment.isEmpty && segment != "." && segment != "..")
                #expect(!segment.utf8.contains { $0 < 0x20 || $0 == 0x7F || $0 == 0x2F || $0 == 0x5C })
            }
        }
        #expect(accepted > 500)
    }
}
