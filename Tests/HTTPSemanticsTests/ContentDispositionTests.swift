import HTTPSemantics
import Testing

@Suite("Content-Disposition")
struct ContentDispositionTests {
    @Test(
        "H4: values for responses",
        arguments: [
            ("a.jpg", "attachment; filename=\"a.jpg\""),
            ("a b;c.jpg", "attachment; filename=\"a b;c.jpg\""),
            ("caf\u{e9}.jpg", "attachment; filename=\"caf_.jpg\"; filename*=UTF-8''caf%C3%A9.jpg"),
            ("a\"b.jpg", "attachment; filename=\"a_b.jpg\"; filename*=UTF-8''a%22b.jpg"),
            ("100%.jpg", "attachment; filename=\"100_.jpg\"; filename*=UTF-8''100%25.jpg"),
            ("a%20b.jpg", "attachment; filename=\"a_20b.jpg\"; filename*=UTF-8''a%2520b.jpg"),
            ("it's (1)*.jpg", "attachment; filename=\"it's (1)*.jpg\""),
            ("\u{e9}'(*)", "attachment; filename=\"_'(*)\"; filename*=UTF-8''%C3%A9%27%28%2A%29"),
            ("/etc/passwd", "attachment; filename=\"passwd\""),
            ("C:\\dir\\x.exe", "attachment; filename=\"x.exe\""),
            ("a\r\nSet-Cookie: x=y.jpg", "attachment; filename=\"aSet-Cookie: x=y.jpg\""),
            ("..", "attachment"), ("", "attachment"), ("a/", "attachment"), ("\u{202E}", "attachment"),
            (nil, "attachment"),
        ] as [(String?, String)]
    )
    func build(fileName: String?, expected: String) {
        #expect(ContentDisposition.value(.attachment, fileName: fileName) == expected)
    }

    @Test(
        "H4: what is written reads back",
        arguments: ["a.jpg", "caf\u{e9} \"1\" 100%25 %22.jpg", "\u{1F3AC}", "'a'*b", "a;b=c, d"]
    )
    func roundTrip(fileName: String) throws {
        let value = ContentDisposition.value(.inline, fileName: fileName)
        #expect(value.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F })
        let parsed = try #require(ContentDisposition(parsing: value, as: .http))
        #expect(parsed.type == "inline")
        #expect(parsed.fileName == fileName)
    }

    @Test(
        "Names in HTTP fields",
        arguments: [
            ("attachment; filename=a.jpg", "a.jpg"),
            ("ATTACHMENT; FileName=\"a b.jpg\"", "a b.jpg"),
            ("attachment; filename=\"a\\\"b\\\\c\"", "a\"b\\c"),
            ("attachment; filename=\"a%22b\"", "a%22b"),
            ("attachment; filename=\"x\"; filename*=UTF-8''%e2%82%ac", "\u{20AC}"),
            ("attachment; filename*=utf-8'en'%e2%82%ac; filename=\"x\"", "\u{20AC}"),
            ("attachment; filename*=ISO-8859-1''caf%e9", "caf\u{e9}"),
            // What cannot be decoded falls back to the plain name (RFC 6266 4.3).
            ("attachment; filename=x; filename*=UTF-8''%ff", "x"),
            ("attachment; filename=x; filename*=UTF-8''%e2%82", "x"),
            ("attachment; filename=x; filename*=UTF-8''%zz", "x"),
            ("attachment; filename=x; filename*=UTF-8'%61", "x"),
            ("attachment; filename=x; filename*=UTF-16''%61", "x"),
            ("attachment; filename=x; filename*=\"UTF-8''a b\"", "x"),
            ("attachment; filename=x; filename*=UTF-8''%c0%af", "x"),
            ("attachment", nil), ("attachment;", nil), ("inline; foo=bar", nil),
        ] as [(String, String?)]
    )
    func http(value: String, expected: String?) throws {
        let parsed = try #require(ContentDisposition(parsing: value, as: .http))
        #expect(parsed.fileName == expected)
    }

    @Test(
        "Names in forms, as browsers, curl and older clients write them",
        arguments: [
            ("form-data; name=\"f\"; filename=\"a.jpg\"", "a.jpg"),
            ("form-data; name=f; filename=a.jpg", "a.jpg"),
            ("form-data; name=\"f\"; filename=\"\"", ""),
            ("form-data; name=\"f\"; filename=\"a%22b%0D%0Ac%0a.jpg\"", "a\"b\r\nc\n.jpg"),
            // Browsers do not encode percent signs, so no other sequence is decoded.
            ("form-data; name=\"f\"; filename=\"100%25 %41 %.jpg\"", "100%25 %41 %.jpg"),
            ("form-data; name=\"f\"; filename=\"a%2\"", "a%2"),
            ("form-data; name=\"f\"; filename=\"a\\\"b\\\\c.jpg\"", "a\"b\\c.jpg"),
            ("form-data; name=\"f\"; filename=\"C:\\dir\\x.jpg\"", "C:\\dir\\x.jpg"),
            ("form-data; name=\"f\"; filename=\"ends in \\\"", "ends in \\"),
            ("form-data; name=\"f\"; filename=\"caf\u{e9}.jpg\"", "caf\u{e9}.jpg"),
            ("form-data; name=\"f\"; filename=\"x\"; filename*=utf-8''caf%C3%A9.jpg", "caf\u{e9}.jpg"),
            ("form-data; name=\"f\"", nil),
        ] as [(String, String?)]
    )
    func form(value: String, expected: String?) throws {
        let parsed = try #require(ContentDisposition(parsing: value, as: .formData))
        #expect(parsed.type == "form-data")
        #expect(parsed.name == "f")
        #expect(parsed.fileName == expected)
    }

    @Test(
        "Refused",
        arguments: [
            "", ";", "\"attachment\"", "attachment filename=x", "attachment; filename", "attachment; filename=",
            "attachment; filename=\"a", "attachment; filename=\"a\"b", "attachment; filename=a; filename=b",
            "attachment; filename=a b", "attachment, inline", "attachment; filename=\"a\nb\"",
            "attachment; filename*=a; FILENAME*=b",
        ]
    )
    func invalid(value: String) {
        #expect(ContentDisposition(parsing: value, as: .http) == nil)
        #expect(ContentDisposition(parsing: value, as: .formData) == nil)
    }

    @Test(
        "Base names",
        arguments: [
            ("a.jpg", "a.jpg"), ("/a/b.jpg", "b.jpg"), ("a\\b/c\\d.jpg", "d.jpg"), ("../../x", "x"), ("..\\..\\x", "x"),
            ("  a b  ", "a b"), ("a\0b\u{1B}[2Jc\u{85}", "ab[2Jc"), ("exe.\u{202E}gpj", "exe.gpj"), ("...", "..."),
            (".htaccess", ".htaccess"),
            ("", nil), (".", nil), ("..", nil), ("a/..", nil), ("/", nil), ("a/", nil), ("\u{200F}..\u{200E}", nil),
            (" .. ", nil), ("\r\n", nil),
        ] as [(String, String?)]
    )
    func baseName(text: String, expected: String?) {
        #expect(ContentDisposition.baseName(text) == expected)
    }

    @Test("Base names fit a file system and keep a short extension")
    func longNames() throws {
        let long = try #require(ContentDisposition.baseName(String(repeating: "\u{e9}", count: 300) + ".jpeg"))
        #expect(long.utf8.count <= 255 && long.utf8.count >= 253)
        #expect(long.hasSuffix("\u{e9}.jpeg"))
        let bare = try #require(ContentDisposition.baseName(String(repeating: "a", count: 300)))
        #expect(bare.utf8.count == 255)
        // One character of a thousand marks is cut within, not dropped.
        let marks = try #require(ContentDisposition.baseName("e" + String(repeating: "\u{301}", count: 1000)))
        #expect(marks.utf8.count == 255)
        let dots = try #require(ContentDisposition.baseName(String(repeating: ".", count: 1000)))
        #expect(dots.utf8.count == 255)
    }
}
