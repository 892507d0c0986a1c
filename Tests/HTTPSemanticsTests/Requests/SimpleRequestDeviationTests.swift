import HTTPSemantics
import Testing

@Suite("Heads that the fast path leaves alone")
struct SimpleRequestDeviationTests {
    @Test(
        "Whole messages without a body that ask for more",
        arguments: [
            "OPTIONS / HTTP/1.1\r\nHost: h\r\n\r\n", "OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n",
            "DELETE /a HTTP/1.1\r\nHost: h\r\n\r\n", "POST /a HTTP/1.1\r\nHost: h\r\n\r\n",
            "PUT /a HTTP/1.1\r\nHost: h\r\n\r\n", "PATCH /a HTTP/1.1\r\nHost: h\r\n\r\n",
            "TRACE /a HTTP/1.1\r\nHost: h\r\n\r\n",
            Heads.with("Authorization: Basic eDp5"), Heads.with("X-Request-ID: 1"),
            Heads.with("Accept: a/b", "Accept: c/d"), Heads.with("Origin: a", "origin: b"),
            Heads.with("Connection: close", "Connection: close"), Heads.with("Connection: keep-alive, close"),
            Heads.with("Connection: x"), Heads.with("Connection:"), Heads.with("Connection: closed"),
            Heads.with("Connection: clos"), Heads.with("Connection: keep_alive"),
        ]
    )
    func routed(head: String) {
        #expect(Heads.recognize(head) == .other)
    }

    @Test(
        "Names that only look like ones that are read",
        arguments: [
            "Secx", "X-Forwarded", "X-HTTP-Method-Override", "_", "!#$%&'*+-.^_`|~09", "Accept_Encoding", "Ranges",
            // A letter of another case is the same letter; a byte that differs by the same bit is not.
            "Accep^", "I\u{66}-rang%", "hos~", "Content_Length", "Content-Lengt", "Transfer-Encodings", "X-Request-IDs",
        ]
    )
    func lookalikes(name: String) {
        #expect(Heads.simple(Heads.with("\(name): 5")) != nil)
    }

    @Test(
        "A body, another protocol, an interim answer",
        arguments: [
            "Content-Length: 0", "Content-Length: 5", "content-LENGTH:1", "Content-Length:",
            "Transfer-Encoding: chunked",
            "transfer-encoding: identity", "Upgrade: websocket", "UPGRADE: h2c", "Expect: 100-continue", "Expect:",
            "Trailer: x", "Proxy-Connection: close",
        ]
    )
    func framing(line: String) {
        #expect(Heads.recognize(Heads.with(line)) == .other)
        #expect(Heads.recognize(Heads.with("Unknown: 1", line)) == .other)
        #expect(Heads.recognize(Heads.with(line, "Cookie: 1")) == .other)
        #expect(Heads.recognize("POST / HTTP/1.1\r\n\(line)\r\nHost: h\r\n\r\n") == .other)
    }

    @Test(
        "Request lines",
        arguments: [
            "", " ", "\r\nGET / HTTP/1.1", "\nGET / HTTP/1.1", " GET / HTTP/1.1", "get / HTTP/1.1", "Get / HTTP/1.1",
            "GETT / HTTP/1.1", "GE / HTTP/1.1", "G/ HTTP/1.1", "FOO / HTTP/1.1", "CONNECT h:80 HTTP/1.1",
            "CONNECT / HTTP/1.1", "PRI * HTTP/2.0", "PRI / HTTP/1.1", "SOURCE / HTTP/1.1", "QUERY / HTTP/1.1",
            "PROPFIND / HTTP/1.1", "OPTIONSX / HTTP/1.1", "GET\t/ HTTP/1.1", "GET  / HTTP/1.1", "GET /  HTTP/1.1",
            "GET / HTTP/1.1 ", "GET / HTTP/1.1\t", "GET /\tHTTP/1.1", "GET /", "GET / ", "GET  HTTP/1.1",
            "GET HTTP/1.1",
            "GET / HTTP/1.0", "GET / HTTP/1.2", "GET / HTTP/0.9", "GET / HTTP/2.0", "GET / HTTP/1.10",
            "GET / HTTP/01.1",
            "GET / http/1.1", "GET / HTTP/1,1", "GET / ICE/1.0", "GET / RTSP/1.0", "GET / HTTP/1.1 HTTP/1.1",
            "GET /a b HTTP/1.1", "GET * HTTP/1.1", "HEAD * HTTP/1.1", "OPTIONS ** HTTP/1.1", "OPTIONS *a HTTP/1.1",
            "GET http://h/ HTTP/1.1", "GET h/ HTTP/1.1", "GET ?a HTTP/1.1", "GET .. HTTP/1.1", "GET \\a HTTP/1.1",
            "GET /a#b HTTP/1.1", "GET # HTTP/1.1", "GET /\u{7F} HTTP/1.1", "GET /\0 HTTP/1.1", "GET /\r HTTP/1.1",
            "GET /\u{E9} HTTP/1.1", "GET /\u{1} HTTP/1.1", "GET:/ HTTP/1.1", "\u{FEFF}GET / HTTP/1.1",
            "\u{16}\u{3}\u{1}",
        ]
    )
    func requestLine(line: String) {
        #expect(Heads.recognize("\(line)\r\nHost: h\r\n\r\n") == .other)
    }

    @Test(
        "Targets of visible ASCII are simple, whatever they mean",
        arguments: [
            "/", "//", "/../..", "/%00", "/%2e%2e/", "/a?b?c=/\\", "/{}|^`\"<>", "/;a=b", "/~!$&'()*+,-.:=@_[]",
        ]
    )
    func targets(target: String) throws {
        let head = "GET \(target) HTTP/1.1\r\nHost: h\r\n\r\n"
        #expect(try #require(Heads.simple(head)).target == 4..<(4 + target.utf8.count))
    }

    @Test(
        "Host: exactly one that names something",
        arguments: [
            "", "Host: h\r\nHost: h\r\n", "Host: h\r\nhost: i\r\n", "Host:\r\n", "Host: \r\n", "Host: a b\r\n",
            "Host: a,b\r\n",
            "Host: a/b\r\n", "Host: u@h\r\n", "Host: h:\r\n", "Host: h:0\r\n", "Host: h:65536\r\n",
            "Host: h:123456\r\n",
            "Host: h:-1\r\n", "Host: h:+80\r\n", "Host: h:8a\r\n", "Host: h:80:80\r\n", "Host: :80\r\n",
            "Host: h%41\r\n",
            "Host: \u{E9}\r\n", "Host: h?\r\n", "Host: h#\r\n", "Host: [::1\r\n", "Host: [::g]\r\n", "Host: []\r\n",
            "Host: [::1]x\r\n", "Host: [1.2.3.4]\r\n", "Host: ::1\r\n", "Host: [fe80::1%25eth0]\r\n", "Host: h\\\r\n",
            "Host: \(String(repeating: "h", count: 254))\r\n", "Host: *\r\n", "Host: h;\r\n",
        ]
    )
    func host(lines: String) {
        #expect(Heads.recognize("GET / HTTP/1.1\r\n\(lines)\r\n") == .other)
    }

    @Test(
        "Hosts that are simple",
        arguments: [
            "h", "H", "media.example", "a_b-c.d", "127.0.0.1", "127.0.0.1:8080", "h:1", "h:65535", "h:0080",
            "[::1]", "[::1]:8080", "[2001:DB8::1]:443", "[::ffff:192.0.2.1]", "...", "-",
            String(repeating: "h", count: 253), "\(String(repeating: "h", count: 253)):8080", "xn--bcher-kva.example",
        ]
    )
    func hosts(host: String) {
        #expect(Heads.simple("GET / HTTP/1.1\r\nHost: \(host)\r\n\r\n") != nil)
    }

    @Test(
        "Field lines that could be read in two ways",
        arguments: [
            "Cookie : a", "Cookie\t: a", " Cookie: a", "\tCookie: a", ": a", "Cookie", "Coo kie: a", "Cookie: a\rb",
            "Cookie: a\nb", "Cookie: a\0b", "Cookie: a\u{7F}", "Cookie: a\u{B}", "Cookie: a\r\n folded",
            "Cookie:\r\n\tfolded",
            "Cookie: a\n", "Cookie: a\r", "C\u{E9}: a", "C(): a", "C\0: a", "C\r\n: a", "C,D: a", "\"C\": a", "C=D: a",
            "[C]: a",
            "C@: a", "{C}: a", "C\u{7F}: a", "C;: a", "Cookie a: b", "Unknown : a", "Unknown: a\r\n folded",
            "Content-Length : 5", "Content-Length\u{B}: 5", "Transfer-Encoding : chunked",
        ]
    )
    func fieldLines(line: String) {
        #expect(Heads.recognize(Heads.with(line)) == .other)
        #expect(Heads.recognize(Heads.with("Accept: */*", line, "DNT: 1")) == .other)
    }

    @Test("Line ends are CRLF, all of them")
    func lineEnds() {
        let lines = ["GET /a HTTP/1.1", "Host: h", "Accept: */*", ""]
        for index in lines.indices.dropLast() {
            for wrong in ["\n", "\r", "\n\r", "\r\r\n", "\r \n", "\r\0\n", "\u{85}", "\u{2028}"] {
                var head: [UInt8] = []
                for (place, line) in lines.enumerated() {
                    head += Array(line.utf8) + Array((place == index ? wrong : "\r\n").utf8)
                }
                // Of two bytes and more above ASCII it is content of the last field, and the head goes on.
                let isContent = wrong.utf8.allSatisfy { $0 >= 0x80 } && index == lines.count - 2
                #expect(Heads.recognize(head) == (isContent ? .incomplete : .other))
            }
        }
        #expect(Heads.recognize("GET /a HTTP/1.1\nHost: h\n\n") == .other)
    }
}
