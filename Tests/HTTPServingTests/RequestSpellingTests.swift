import NIOCore
import Testing

@testable import HTTPServing

@Suite("Spellings of requests that the decoder does not take")
struct RequestSpellingTests {
    static let cases: [(String, String)] = [
        ("GET / HTTP/1.1\r\nHost: h\r\n\r\n", "GET / HTTP/1.1\r\nHost:h\r\n\r\n"),
        ("GET / HTTP/1.2\r\nA:\t b c \t\r\n\r\n", "GET / HTTP/1.1\r\nA:b c\r\n\r\n"),
        (
            "POST / HTTP/1.1\r\nTransfer-Encoding: chunked \r\n\r\n5; a=b\r\nab; \n\r\n0 ;x=\"y z\"\r\nT: u \r\n\r\nGET / HTTP/1.3\r\n\r\n",
            "POST / HTTP/1.1\r\nTransfer-Encoding:chunked\r\n\r\n5\r\nab; \n\r\n0\r\nT:u\r\n\r\nGET / HTTP/1.1\r\n\r\n"
        ),
        (
            "POST / HTTP/1.1\r\nContent-Length: 5 \r\n\r\na: b GET / HTTP/1.2\r\n\r\n",
            "POST / HTTP/1.1\r\nContent-Length:5\r\n\r\na: b GET / HTTP/1.1\r\n\r\n"
        ),
        // What is not understood goes on as it came, to the end.
        ("GET / HTTP/2.0\r\nA: b \r\n\r\n", "GET / HTTP/2.0\r\nA: b \r\n\r\n"),
        ("GET / HTTP/1.1\r\nA:b\r\n c \r\nB: d \r\n\r\n", "GET / HTTP/1.1\r\nA:b\r\n c \r\nB: d \r\n\r\n"),
        ("GET / HTTP/1.1\nA: b \r\n\r\n", "GET / HTTP/1.1\nA: b \r\n\r\n"),
        (
            "POST / HTTP/1.1\r\nContent-Length:1\r\nTransfer-Encoding:chunked\r\n\r\n1; a\r\n",
            "POST / HTTP/1.1\r\nContent-Length:1\r\nTransfer-Encoding:chunked\r\n\r\n1; a\r\n"
        ),
    ]

    @Test("D3: whitespace, minor versions and chunk extensions, in pieces of any size", arguments: Self.cases)
    func spellings(sent: String, taken: String) {
        for size in [1, 2, 3, 7, 1000] {
            var spelling = RequestSpelling()
            var output = ""
            var rest = Array(sent.utf8)[...]
            while !rest.isEmpty {
                let piece = ByteBuffer(bytes: rest.prefix(size))
                rest = rest.dropFirst(size)
                output += spelling.all(of: piece) ?? "?"
            }
            #expect(output == taken, "in pieces of \(size)")
        }
    }

    @Test("D3: chunk extensions are bounded, and what is none is refused, never joined with the size")
    func bounds() {
        let head = "POST / HTTP/1.1\r\nTransfer-Encoding:chunked\r\n\r\n"
        var long = RequestSpelling()
        #expect(long.all(of: ByteBuffer(string: head + "5;" + String(repeating: "x", count: 20_000))) == nil)
        var short = RequestSpelling()
        #expect(short.all(of: ByteBuffer(string: head + "5;" + String(repeating: "x", count: 10_000))) != nil)
        // The size that the decoder sees is the one that stands there, or there is none.
        for line in ["5 ", "5 5", "5\t5", "5 a", "5 ;a\u{1}", "5;a\n", "5;a\u{7F}", "5 \n"] {
            for size in [1, 1000] {
                var spelling = RequestSpelling()
                var isTaken = true
                var rest = Array((head + line + "\r\n").utf8)[...]
                while !rest.isEmpty {
                    if spelling.all(of: ByteBuffer(bytes: rest.prefix(size))) == nil { isTaken = false }
                    rest = rest.dropFirst(size)
                }
                #expect(!isTaken, "\(line)")
            }
        }
    }
}

extension RequestSpelling {
    /// Everything that comes of the bytes; nil for nothing that may go on.
    fileprivate mutating func all(of bytes: ByteBuffer) -> String? {
        var (bytes, text) = (bytes, "")
        while true {
            switch self.next(of: &bytes) {
            case .bytes(let piece, _): text += String(buffer: piece)
            case .more: return text
            case .invalid: return nil
            }
        }
    }
}
