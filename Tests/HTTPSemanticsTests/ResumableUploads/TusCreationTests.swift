import HTTPSemantics
import HTTPTypes
import Testing

@Suite("tus: creation")
struct TusCreationTests {
    private func kindOf(_ pairs: (HTTPField.Name, String)...) -> UploadFieldError.Kind? {
        let fields = HTTPFields(pairs.map { HTTPField(name: $0.0, value: $0.1) })
        return kind { () throws(UploadFieldError) in try TusCreation(fields) }
    }

    @Test("A5.38: a length, or that it comes later")
    func length() throws {
        let known = try TusCreation(fields((.uploadLength, "100")))
        #expect(known.length == 100)
        #expect(known.metadata == nil && known.concatenation == nil && known.checksum == nil && !known.hasBody)
        #expect(try TusCreation(fields((.uploadDeferLength, "1"))).length == nil)
        #expect(try TusCreation(fields((.uploadLength, "9223372036854775807"))).length == .max)
        #expect(try TusCreation(fields((.uploadLength, "000000000000000000000000007"))).length == 7)
    }

    @Test("A5.38: neither, both, or a deferral that is not 1 are refused")
    func lengthAndDeferral() {
        #expect(kindOf() == .malformed)
        #expect(kindOf((.uploadLength, "1"), (.uploadDeferLength, "1")) == .malformed)
        for value in ["0", "2", "", "true", "01", "?1", "1 1", "-1"] {
            #expect(kindOf((.uploadDeferLength, value)) == .malformed, "\(value)")
            #expect(kindOf((.uploadLength, "1"), (.uploadDeferLength, value)) == .malformed, "\(value)")
        }
        #expect(kindOf((.uploadDeferLength, "1"), (.uploadDeferLength, "1")) == .malformed)
    }

    @Test("A1.5: a length that is no non-negative decimal integer", arguments: malformedIntegers)
    func malformedLength(text: String) {
        #expect(kindOf((.uploadLength, text)) == .malformed)
    }

    @Test("A1.5: a length that comes twice, even the same one")
    func repeatedLength() {
        #expect(kindOf((.uploadLength, "5"), (.uploadLength, "5")) == .malformed)
        #expect(kindOf((.uploadLength, "5"), (.uploadLength, "6")) == .malformed)
    }

    @Test("A1.5: names of fields are case-insensitive")
    func caseInsensitive() throws {
        let name = try #require(HTTPField.Name("uPLOAD-lENGTH"))
        #expect(try TusCreation(fields((name, "3"))).length == 3)
    }

    @Test("A5.40: a length of nothing is a length")
    func empty() throws {
        #expect(try TusCreation(fields((.uploadLength, "0"))).length == 0)
    }

    @Test("A5.43: metadata is read, on several lines too; an empty field is as good as none")
    func metadata() throws {
        let one = try TusCreation(fields((.uploadLength, "1"), (.uploadMetadata, "name YQ==")))
        #expect(one.metadata?["name"] == "a")
        let two = try TusCreation(
            fields((.uploadLength, "1"), (.uploadMetadata, "name YQ=="), (.uploadMetadata, "filename Yg=="))
        )
        #expect(two.metadata?["filename"] == "b")
        #expect(two.metadata?.text == "name YQ==, filename Yg==")
        #expect(try TusCreation(fields((.uploadLength, "1"), (.uploadMetadata, ""))).metadata == nil)
        #expect(kindOf((.uploadLength, "1"), (.uploadMetadata, "name YQ==,name YQ==")) == .malformed)
        #expect(
            kindOf((.uploadLength, "1"), (.uploadMetadata, "name YQ=="), (.uploadMetadata, "name Yg==")) == .malformed
        )
    }

    @Test(
        "A5.45: content of another type is no content of the upload",
        arguments: [
            "text/plain", "application/octet-stream", "", "application/offset", "application/offset+octet-streams",
        ]
    )
    func otherContent(type: String) throws {
        #expect(try !TusCreation(fields((.uploadLength, "1"), (.contentType, type))).hasBody)
    }

    @Test(
        "A6.47: content of the right type is the upload's first bytes",
        arguments: [
            "application/offset+octet-stream", "Application/Offset+Octet-Stream",
            "application/offset+octet-stream; charset=utf-8",
        ]
    )
    func content(type: String) throws {
        #expect(try TusCreation(fields((.uploadLength, "1"), (.contentType, type))).hasBody)
    }

    @Test("A6.48: content may have a checksum, also behind it")
    func checksum() throws {
        let creation = try TusCreation(
            fields(
                (.uploadLength, "1"),
                (.contentType, TusFields.mediaType),
                (.uploadChecksum, "md5 1B2M2Y8AsgTpgAmY7PhCfg=="),
                (.trailer, "Upload-Checksum")
            )
        )
        #expect(creation.checksum?.algorithm == "md5")
        #expect(creation.announcesChecksumTrailer)
        #expect(kindOf((.uploadLength, "1"), (.uploadChecksum, "md5")) == .malformed)
    }

    @Test("A10.62: a partial upload has a length of its own, or will have")
    func partial() throws {
        let known = try TusCreation(fields((.uploadConcat, "partial"), (.uploadLength, "5")))
        #expect(known.concatenation == .partial)
        #expect(known.concatenationText == "partial")
        #expect(try TusCreation(fields((.uploadConcat, "partial"), (.uploadDeferLength, "1"))).length == nil)
        #expect(kindOf((.uploadConcat, "partial")) == .malformed)
    }

    @Test("A10.64: a final upload has no length of its own")
    func final() throws {
        let creation = try TusCreation(fields((.uploadConcat, "final;/a /b"), (.uploadMetadata, "k")))
        #expect(creation.length == nil)
        #expect(creation.concatenation == .final(["/a", "/b"]))
        #expect(creation.concatenationText == "final;/a /b")
        #expect(creation.metadata?.keys == ["k"])
        #expect(kindOf((.uploadConcat, "final;/a"), (.uploadLength, "5")) == .malformed)
        #expect(kindOf((.uploadConcat, "final;/a"), (.uploadDeferLength, "1")) == .malformed)
        #expect(kindOf((.uploadConcat, "final;/a"), (.uploadLength, "x")) == .malformed)
        #expect(kindOf((.uploadConcat, "final;/a"), (.uploadConcat, "final;/a")) == .malformed)
        #expect(kindOf((.uploadConcat, "partial"), (.uploadConcat, "final;/a")) == .malformed)
    }
}
