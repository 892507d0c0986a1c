import HTTPSemantics
import Testing

@Suite("What names a server in a request")
struct HostFieldTests {
    @Test(
        "A name or an address, and perhaps a port",
        arguments: [
            "", "localhost", "localhost:80", "a.example:", "A_b-c~1", "1.2.3.4:65535", "[::1]", "[2001:db8::1]:8080",
            "x%41", "h:0", "[fe80::1%25eth0]:80", "[fe80::1%eth0]", "[v1.fe80::a+en1]", "a.example.",
            "[::ffff:1.2.3.4]",
        ]
    )
    func valid(text: String) { #expect(HostField.isValid(text)) }

    @Test(
        "Nothing else",
        arguments: [
            "localhost:80x", "[::g]", "[::1", "::1", "[::1]x", "[1.2.3.4]", "u@h", "h:65536", "h:-1", "h:+1", "h:1:2",
            "a b", "a,b", "a/b", "a?b", "a#b", "x%4", "x%zz", "h:000080", "é", "a\"b", "[]", "h ",
            "[fe80::1%]", "[fe80::1%a/b]", "[fe80::1%a b]", "[1.2.3.4%25x]", "[v.a]", "[v1.]", "[vg.a]", "[v1.a b]",
            "[v1a]",
            String(repeating: "a", count: 256),
        ]
    )
    func invalid(text: String) { #expect(!HostField.isValid(text)) }

    @Test("RFC 9112 section 3.2.2: a target in absolute form brings its own authority, and becomes a path")
    func absolute() {
        for (target, authority, origin) in [
            ("http://x/a?b", "x", "/a?b"), ("HTTPS://X:8080/", "X:8080", "/"), ("http://x", "x", "/"),
            ("http://x?y", "x", "/?y"), ("http://[::1]:80//a", "[::1]:80", "//a"),
        ] {
            let expected = AbsoluteTarget.recognize(target, isOptions: false)
            guard case .absolute(let read) = expected else {
                Issue.record("\(target)")
                continue
            }
            #expect(read.authority == authority && read.origin == origin, "\(target)")
        }
        guard case .absolute(let asterisk) = AbsoluteTarget.recognize("http://x", isOptions: true) else {
            Issue.record("no target of OPTIONS")
            return
        }
        #expect(asterisk.origin == "*")
        for target in ["/", "/http://x/", "*", "/a?b"] {
            #expect(AbsoluteTarget.recognize(target, isOptions: false) == .other, "\(target)")
        }
        for target in [
            "", "a", "?a", "ftp://x/", "http:/x", "http://", "http:///a", "http://u@x/", "http://u:p@x/",
            "http://x:80x/",
            "http://:80/", "http://[::g]/", "x:80", "file:///etc",
        ] {
            #expect(AbsoluteTarget.recognize(target, isOptions: false) == .malformed, "\(target)")
        }
    }
}
