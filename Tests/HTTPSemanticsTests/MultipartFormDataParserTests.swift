import HTTPSemantics
import Testing

@Suite("multipart/form-data")
struct MultipartFormDataParserTests {
    private static let head = "Content-Disposition: form-data; name=\"a\"\r\n"
    private static let begin = "--B\r\n\(head)\r\n"

    @Test(
        "What a body holds, cut at every place",
        arguments: [
            // The common form, an empty part, a part without the CRLF of its own, none at all.
            ("\(begin)hello\r\n--B--\r\n", ["hello"]),
            ("\(begin)one\r\n\(begin)two\r\n--B--\r\n", ["one", "two"]),
            ("\(begin)\r\n--B--\r\n", [""]),
            ("--B\r\n\(head)\r\n--B--", [""]),
            ("\(begin)--B--", [""]),
            ("--B--", []),
            ("--B--\r\n", []),
            // Preamble, epilogue, blanks behind boundaries.
            ("preamble\r\n\(begin)x\r\n--B--epilogue\r\n--B\r\n", ["x"]),
            ("\r\n\(begin)x\r\n--B--", ["x"]),
            ("--BX\r\n--\r\n\(begin)x\r\n--B--", ["x"]),
            ("--B \t\r\n\(head)\r\nx\r\n--B--  \r\n", ["x"]),
            // Content that looks like a delimiter.
            (
                "\(begin)\r\n--\r\n--A\r\n--BB\r\n--B-\r\n--B-X\r\n-B--\n--B--\r--B--\r\n\r\n--B--",
                ["\r\n--\r\n--A\r\n--BB\r\n--B-\r\n--B-X\r\n-B--\n--B--\r--B--\r\n"]
            ),
            ("\(begin)--B\r\r\n--B--".replacing("--B\r\r\n", with: "-B\r\r\n"), ["-B\r"]),
            ("\(begin)\r\r\n\r\n\r\n--B--", ["\r\r\n\r\n"]),
            ("\(begin)\n\r\n--B--", ["\n"]),
            ("\(begin)--\r\n--B--", ["--"]),
            ("\(begin)x--B--\r\n--B--", ["x--B--"]),
            ("\(begin)\r\n--B.jpg\r\n--B--", ["\r\n--B.jpg"]),
            ("\(begin)\0\u{e9}\r\n--B--", ["\0\u{e9}"]),
        ] as [(String, [String])]
    )
    func bodies(body: String, expected: [String]) throws {
        let bytes = Array(body.utf8)
        for cut in 0...bytes.count {
            let form = try Form(bytes, boundary: "B", chunks: [cut])
            try #require(form.parts.map { String(decoding: $0.content, as: UTF8.self) } == expected, "cut at \(cut)")
        }
        let bytewise = try Form(bytes, boundary: "B", chunks: Array(1..<max(2, bytes.count)))
        #expect(bytewise.parts.map { String(decoding: $0.content, as: UTF8.self) } == expected)
    }

    @Test("What a browser sends")
    func browser() throws {
        let body = [
            "------WebKitFormBoundaryx", "Content-Disposition: form-data; name=\"title\"", "", "Caf\u{e9}",
            "------WebKitFormBoundaryx", "content-disposition:form-data; name=\"file\"; filename=\"a%22b.jpg\"",
            "Content-Type: image/jpeg", "", "JPEG",
            "------WebKitFormBoundaryx--", "",
        ].joined(separator: "\r\n")
        let form = try Form(Array(body.utf8), boundary: "----WebKitFormBoundaryx", chunks: [])
        #expect(form.parts.map(\.head.name) == ["title", "file"])
        #expect(form.parts.map(\.head.fileName) == [nil, "a\"b.jpg"])
        #expect(form.parts.map(\.head.contentType) == [nil, "image/jpeg"])
        #expect(form.parts[1].head.fields.map(\.name) == ["content-disposition", "content-type"])
        #expect(form.endCount == 1)
    }

    @Test("Names that are not UTF-8 are read as ISO-8859-1")
    func latin1() throws {
        var body = Array("--B\r\nContent-Disposition: form-data; name=\"a\"; filename=\"caf".utf8)
        body.append(0xE9)
        body += Array(".jpg\"\r\n\r\nx\r\n--B--".utf8)
        #expect(try Form(body, boundary: "B", chunks: []).parts.first?.head.fileName == "caf\u{e9}.jpg")
    }

    @Test(
        "Refused, wherever it is cut",
        arguments: [
            ("", .truncated), ("-", .truncated), ("--B", .truncated), ("--B-", .truncated), ("--B\r", .truncated),
            ("--B\r\n", .truncated), ("\(begin)x", .truncated), ("\(begin)x\r\n--B", .truncated),
            ("\(begin)x\r\n--B-", .truncated), ("\(begin)x\r\n--B\r\n", .truncated), ("preamble only", .truncated),
            ("\(begin)x--B--", .truncated), ("\(begin)x\n--B--", .truncated), ("--b--", .truncated),
            ("--B\n\(head)\r\nx\r\n--B--", .malformedDelimiter), ("--B\r\r\n", .malformedDelimiter),
            ("--B x\r\n", .malformedDelimiter), ("--B \n", .malformedDelimiter), ("--B\rX", .malformedDelimiter),
            ("--B\r\n\r\nx\r\n--B--", .missingName), ("--B\r\nContent-Type: a/b\r\n\r\nx\r\n--B--", .missingName),
            ("--B\r\n\(head)\(head)\r\nx\r\n--B--", .missingName),
            ("--B\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\n", .missingName),
            ("--B\r\nContent-Disposition: form-data\r\n\r\n", .missingName),
            ("--B\r\nContent-Disposition: form-data; name=a; name=b\r\n\r\n", .missingName),
            ("--B\r\nContent-Disposition: form-data; name=\"a\r\n\r\n", .missingName),
            ("--B\r\n\(head) folded\r\n\r\n", .malformedHeader), ("--B\r\n\(head)\tfolded\r\n\r\n", .malformedHeader),
            ("--B\r\nNo colon\r\n\r\n", .malformedHeader), ("--B\r\n: x\r\n\r\n", .malformedHeader),
            ("--B\r\nName : x\r\n\r\n", .malformedHeader), ("--B\r\n\(head)X: a\0b\r\n\r\n", .malformedHeader),
            ("--B\r\n\(head)X: a\nY: b\r\n\r\n", .malformedHeader),
            ("--B\r\n\(head)X: a\rY: b\r\n\r\n", .malformedHeader),
            ("--B\r\n\(head)Content-Type: a/b\r\nContent-Type: c/d\r\n\r\n", .malformedHeader),
            ("--B\r\n\(head)Content-Transfer-Encoding: base64\r\n\r\n", .unsupportedTransferEncoding),
            ("--B\r\n\(head)content-transfer-encoding: Quoted-Printable\r\n\r\n", .unsupportedTransferEncoding),
        ] as [(String, MultipartError)]
    )
    func refused(body: String, expected: MultipartError) {
        let bytes = Array(body.utf8)
        for cut in 0...bytes.count {
            #expect(throws: expected) { try Form(bytes, boundary: "B", chunks: [cut]) }
        }
        #expect(throws: expected) { try Form(bytes, boundary: "B", chunks: Array(0...bytes.count)) }
    }

    @Test("Identity transfer encodings are no encodings", arguments: ["binary", "8bit", "7BIT"])
    func identityEncoding(name: String) throws {
        let body = "--B\r\n\(Self.head)Content-Transfer-Encoding: \(name)\r\n\r\nx\r\n--B--"
        #expect(try Form(Array(body.utf8), boundary: "B", chunks: []).parts.count == 1)
    }

    @Test("Every truncation of a form is noticed")
    func truncation() throws {
        let body = Array("\(Self.begin)hello\r\n--B \r\n\(Self.head)\r\n\r\n--B--".utf8)
        #expect(try Form(body, boundary: "B", chunks: []).parts.count == 2)
        for count in 0..<body.count {
            #expect(throws: MultipartError.truncated) { try Form(Array(body[..<count]), boundary: "B", chunks: []) }
        }
    }

    @Test("A parser that failed stays failed")
    func staysFailed() throws {
        var parser = try MultipartFormDataParser(boundary: "B")
        #expect(throws: MultipartError.malformedDelimiter) { try parser.feed("--B\n") }
        #expect(throws: MultipartError.malformedDelimiter) { try parser.feed(Self.begin) }
        #expect(throws: MultipartError.malformedDelimiter) { try parser.finish() }
        var other = try MultipartFormDataParser(boundary: "B")
        #expect(throws: MultipartError.truncated) { try other.finish() }
        #expect(throws: MultipartError.truncated) { try other.feed("--B--") }
    }

    @Test(
        "Illegal boundaries",
        arguments: ["", " ", "a ", "a\r\n", "\u{e9}", "a@b", String(repeating: "a", count: 71)]
    )
    func illegalBoundary(boundary: String) {
        #expect(throws: MultipartError.invalidBoundary) { try MultipartFormDataParser(boundary: boundary) }
    }
}
