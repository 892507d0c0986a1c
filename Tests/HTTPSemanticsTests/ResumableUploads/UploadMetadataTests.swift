import HTTPSemantics
import HTTPTypes
import Testing

@Suite("Upload-Metadata")
struct UploadMetadataTests {
    @Test("A5.43: key, space and base64, or a key alone; values are any bytes")
    func pairs() throws {
        let metadata = try UploadMetadata(
            parsing: "filename d29ybGRfZG9taW5hdGlvbl9wbGFuLnBkZg==,is_confidential,empty ,b /w=="
        )
        #expect(metadata["filename"] == "world_domination_plan.pdf")
        #expect(metadata["is_confidential"] == "")
        #expect(metadata["empty"] == "")
        #expect(metadata.bytes("b") == [0xFF])
        #expect(metadata["absent"] == nil)
        #expect(try metadata.string("absent") == nil)
        #expect(metadata.keys == ["filename", "is_confidential", "empty", "b"])
    }

    @Test(
        "A5.43: whitespace around commas does no harm",
        arguments: ["a YQ==,b Yg==", "a YQ== , b Yg==", "\ta YQ==\t,\tb Yg== "]
    )
    func whitespace(text: String) throws {
        let metadata = try UploadMetadata(parsing: text)
        #expect(metadata["a"] == "a")
        #expect(metadata["b"] == "b")
    }

    @Test(
        "A5.43: everything else is refused",
        arguments: [
            "", " ", ",", "a YQ==,", ",a YQ==", "a YQ==,,b Yg==",
            // Keys that come twice, also when empty or spelled with other code points.
            "a YQ==,a Yg==", "a,a", "a,a YQ==", "\u{e9} YQ==,e\u{301} YQ==",
            // Two spaces, two values, a tab instead of the space.
            "a  YQ==", "a YQ== Yg==", "a\tYQ==", "a YQ==\tYg==",
            // Base64 without padding, URL-safe, broken, too much padding, padding within, other letters.
            "a YQ", "a YQ=", "a YWI", "a _-8=", "a Y", "a YQ===", "a ====", "a =", "a Y=Q=", "a YQ==YQ==", "a YQ=Q",
            "a !!!!",
            "a Y\u{e9}==", "\u{e9} YQ==", "a YQ%3D%3D", "a YQ\u{A0}=",
        ]
    )
    func malformed(text: String) {
        #expect(kind { () throws(UploadFieldError) in try UploadMetadata(parsing: text) } == .malformed)
    }

    @Test(
        "A5.44: no control character comes in",
        arguments: ["a YQ==\r\nX: 1", "a\r YQ==", "a\nb YQ==", "a\0 YQ==", "a YQ==\0", "\u{7F} YQ==", "a Y\nQ=="]
    )
    func controls(text: String) {
        #expect(kind { () throws(UploadFieldError) in try UploadMetadata(parsing: text) } == .malformed)
    }

    @Test("A5.44: values are text only if they are UTF-8 without control characters")
    func untrustedValues() throws {
        // LF, CR LF, NUL, DEL, U+0085, a lone continuation byte, a surrogate, an overlong slash.
        for encoded in ["Cg==", "YQ0KYg==", "AA==", "fw==", "woU=", "gA==", "7aCA", "wK8="] {
            let metadata = try UploadMetadata(parsing: "filename \(encoded)")
            #expect(metadata["filename"] == nil)
            #expect(kind { () throws(UploadFieldError) in try metadata.string("filename") } == .malformed)
            #expect(metadata.bytes("filename") != nil)
        }
        let metadata = try UploadMetadata(parsing: "filename 8J+Qmi4uL2EucG5n")
        #expect(try metadata.string("filename") == "\u{1F41A}../a.png")
    }

    @Test(
        "A3.16: the text is echoed as it came: order, keys without values, empty values",
        arguments: [
            "b Yg==,a YQ==", "a", "a ,b", "z eg==, y,x ", "filename d29ybGQ=,filetype aW1hZ2UvcG5n",
        ]
    )
    func echo(text: String) throws {
        let metadata = try UploadMetadata(parsing: text)
        var trimmed = text
        while trimmed.last == " " { trimmed.removeLast() }
        #expect(metadata.text == trimmed)
        let answer = TusFields.status(offset: 0, length: 1, metadata: metadata.text, concatenation: nil, expires: nil)
        #expect(answer[.uploadMetadata] == trimmed)
        #expect(areSafe(answer))
        let again = try UploadMetadata(parsing: metadata.text)
        #expect(again == metadata)
        #expect(again.keys == metadata.keys)
    }

    @Test("What the unused bits of the last letter are does not matter")
    func unusedBits() throws {
        #expect(try UploadMetadata(parsing: "a YR==").bytes("a") == [0x61])
        #expect(try UploadMetadata(parsing: "a YWK=").bytes("a") == [0x61, 0x62])
    }

    @Test("Ten thousand keys are read, and one more of them twice is found")
    func many() throws {
        let text = (0..<10_000).map { "k\($0) YQ==" }.joined(separator: ",")
        #expect(try UploadMetadata(parsing: text).keys.count == 10_000)
        #expect(kind { () throws(UploadFieldError) in try UploadMetadata(parsing: text + ",k77") } == .malformed)
    }
}
