import HTTPSemantics
import HTTPTypes
import Testing

@Suite("tus: append")
struct TusAppendTests {
    private func kindOf(_ pairs: (HTTPField.Name, String)...) -> UploadFieldError.Kind? {
        let fields = HTTPFields(pairs.map { HTTPField(name: $0.0, value: $0.1) })
        return kind { () throws(UploadFieldError) in try TusAppend(fields) }
    }

    @Test("A4.22: other media types, none, and two are refused as such, before anything else")
    func mediaType() {
        for type in ["text/plain", "application/octet-stream", "", "application/partial-upload", "*/*", "application"] {
            #expect(kindOf((.contentType, type), (.uploadOffset, "0")) == .mediaType, "\(type)")
            #expect(kindOf((.contentType, type), (.uploadOffset, "x")) == .mediaType, "\(type)")
        }
        #expect(kindOf((.uploadOffset, "0")) == .mediaType)
        #expect(
            kindOf((.contentType, TusFields.mediaType), (.contentType, TusFields.mediaType), (.uploadOffset, "0"))
                == .mediaType
        )
    }

    @Test(
        "A4.22: the media type is case-insensitive and may have parameters",
        arguments: [
            "application/offset+octet-stream", "APPLICATION/offset+OCTET-stream",
            "application/offset+octet-stream;charset=UTF-8", "application/offset+octet-stream ; a=\"b,c\"",
        ]
    )
    func mediaTypeSpelling(type: String) throws {
        #expect(try TusAppend(fields((.contentType, type), (.uploadOffset, "70"))).offset == 70)
    }

    @Test("A4.23: no offset, or two")
    func missingOffset() {
        #expect(kindOf((.contentType, TusFields.mediaType)) == .malformed)
        #expect(
            kindOf((.contentType, TusFields.mediaType), (.uploadOffset, "0"), (.uploadOffset, "0")) == .malformed
        )
    }

    @Test("A4.23: an offset that is no non-negative decimal integer", arguments: malformedIntegers)
    func malformedOffset(text: String) {
        #expect(kindOf((.contentType, TusFields.mediaType), (.uploadOffset, text)) == .malformed)
    }

    @Test("A5.41: a deferred length may come with the content")
    func deferredLength() throws {
        let append = try TusAppend(
            fields((.contentType, TusFields.mediaType), (.uploadOffset, "0"), (.uploadLength, "12"))
        )
        #expect(append.length == 12)
        #expect(append.checksum == nil && !append.announcesChecksumTrailer)
        for text in malformedIntegers {
            #expect(
                kindOf((.contentType, TusFields.mediaType), (.uploadOffset, "0"), (.uploadLength, text)) == .malformed,
                "\(text)"
            )
        }
    }

    @Test("A7.51: a name and base64")
    func checksum() throws {
        let checksum = try UploadChecksum(parsing: "sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0=")
        #expect(checksum.algorithm == "sha1")
        #expect(checksum.value.count == 20)
        #expect(checksum.value.first == 0x2A && checksum.value.last == 0xED)
        let append = try TusAppend(
            fields((.contentType, TusFields.mediaType), (.uploadOffset, "0"), (.uploadChecksum, "crc32 AAAAAA=="))
        )
        #expect(append.checksum?.value == [0, 0, 0, 0])
    }

    @Test(
        "A7.52: a checksum that is none",
        arguments: [
            "", " ", "sha1", "sha1 ", " sha1 AA==", "sha1  AA==", "sha1\tAA==", "sha1 AA", "sha1 AA= =", "sha1 AA== ",
            "sha1 AA==,md5 AA==", "sha1 AA== AA==", "sha1,AA==", "sha1=AA==", "sha1 _-==", "sha1 0123456789abcdef0",
            "AA==",
            "sha1 :AA==:", "sha1 A\r\nA=", "s\u{e9} AA==", "sha1 \u{e9}",
        ]
    )
    func malformedChecksum(text: String) {
        #expect(kind { () throws(UploadFieldError) in try UploadChecksum(parsing: text) } == .malformed)
    }

    @Test("A7.54: names of algorithms are lowercase; unknown ones are read")
    func algorithmNames() throws {
        #expect(kind { () throws(UploadFieldError) in try UploadChecksum(parsing: "SHA1 AA==") } == .malformed)
        #expect(kind { () throws(UploadFieldError) in try UploadChecksum(parsing: "Sha1 AA==") } == .malformed)
        #expect(try UploadChecksum(parsing: "sha3-256 AA==").algorithm == "sha3-256")
    }

    @Test("A7.52: two checksums are one too many")
    func repeatedChecksum() {
        let base: (HTTPField.Name, String) = (.contentType, TusFields.mediaType)
        #expect(
            kindOf(base, (.uploadOffset, "0"), (.uploadChecksum, "crc32 AAAAAA=="), (.uploadChecksum, "crc32 AAAAAA=="))
                == .malformed
        )
    }

    @Test("A7.55: the checksum may be a trailer, announced or not")
    func trailer() throws {
        #expect(try UploadChecksum(in: fields((.uploadChecksum, "sha1 AA==")))?.value == [0])
        #expect(try UploadChecksum(in: HTTPFields()) == nil)
        for (text, announced) in [
            ("Upload-Checksum", true), ("upload-checksum", true), ("a, UPLOAD-CHECKSUM ,b", true),
            ("Upload-Checksums", false),
            ("X-Upload-Checksum", false), ("", false), (",", false),
        ] {
            let append = try TusAppend(
                fields((.contentType, TusFields.mediaType), (.uploadOffset, "0"), (.trailer, text))
            )
            #expect(append.announcesChecksumTrailer == announced, "\(text)")
        }
        let lines = try TusAppend(
            fields(
                (.contentType, TusFields.mediaType),
                (.uploadOffset, "0"),
                (.trailer, "a"),
                (.trailer, "Upload-Checksum")
            )
        )
        #expect(lines.announcesChecksumTrailer)
    }
}
