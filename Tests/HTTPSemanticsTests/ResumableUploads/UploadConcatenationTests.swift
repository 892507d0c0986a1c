import HTTPSemantics
import Testing

@Suite("tus: concatenation")
struct UploadConcatenationTests {
    @Test("A10.63: URLs in order, absolute or relative, one of them more than once")
    func urls() throws {
        #expect(try UploadConcatenation(parsing: "partial") == .partial)
        #expect(
            try UploadConcatenation(parsing: "final;/files/a http://h:1/files/b files/a /files/a")
                == .final(["/files/a", "http://h:1/files/b", "files/a", "/files/a"])
        )
        #expect(try UploadConcatenation(parsing: "final; /a  /b ") == .final(["/a", "/b"]))
    }

    @Test(
        "A10.65: an empty list, another keyword, and what is no URL",
        arguments: [
            "", "final", "final;", "final; ", "final ;/a", "Final;/a", "FINAL;/a", "Partial", "partial;", "partial;/a",
            " partial",
            "partial ", "whole", "final:/a", "final,/a", "final;/a\t/b", "final;/a\r\n/b", "final;/\u{e9}",
            "final;/a\0",
            "final;/a\u{7F}",
        ]
    )
    func malformed(text: String) {
        #expect(kind { () throws(UploadFieldError) in try UploadConcatenation(parsing: text) } == .malformed)
    }

    private func path(_ text: String, at authority: String = "example.com") -> String? {
        UploadReference.path(of: text, base: "/api/uploads", authority: authority)
    }

    @Test("A10.63: a URL of this server names a path")
    func localPaths() {
        #expect(path("/api/uploads/a") == "/api/uploads/a")
        #expect(path("http://example.com/api/uploads/a") == "/api/uploads/a")
        #expect(path("HTTP://EXAMPLE.com:80/api/uploads/a") == "/api/uploads/a")
        #expect(path("https://example.com/api/uploads/a") == "/api/uploads/a")
        #expect(path("https://example.com:443/api/uploads/a") == "/api/uploads/a")
        #expect(path("//example.com/api/uploads/a") == "/api/uploads/a")
        #expect(path("uploads/a") == "/api/uploads/a")
        #expect(path("http://[::1]:8080/x", at: "[::1]:8080") == "/x")
        #expect(path("http://example.com:8080/x", at: "example.com:8080") == "/x")
        #expect(path("http://example.com") == "/")
    }

    @Test(
        "A10.65: a URL of another server names nothing",
        arguments: [
            "http://other.example/api/uploads/a", "http://example.com:8080/api/uploads/a", "//other.example/a",
            "http://example.com@other.example/a", "http://user@example.com/a", "http://example.com.other.example/a",
            "ftp://example.com/a", "file:///etc/passwd", "javascript:alert(1)", "urn:a", "http:/a", "http:///a",
            "http://", "//",
            "http://example.com:99999/a", "http://example.com:/a", "http://[::1/a", "",
        ]
    )
    func foreign(text: String) {
        #expect(path(text) == nil)
    }

    @Test(
        "A10.65: nor does one with dot segments, a query, a fragment, or letters that no URL has",
        arguments: [
            "/api/uploads/../uploads/a", "/api/uploads/./a", "../a", "./a", "/a?b", "/a#b", "/a\\b", "/a b", "/\u{e9}",
            "/a\n",
        ]
    )
    func unusable(text: String) {
        #expect(path(text) == nil)
    }

    @Test("Without an authority of our own, no URL with one is ours")
    func noAuthority() {
        #expect(path("http://example.com/a", at: "") == nil)
        #expect(path("http:///a", at: "") == nil)
        #expect(path("/a", at: "") == "/a")
        #expect(UploadReference.path(of: "a", base: "", authority: "") == "/a")
    }
}
