import HTTPSemantics
import HTTPTypes
import Testing

@Suite("tus: response fields")
struct TusFieldsTests {
    @Test("A1.1: every response names the version")
    func always() {
        for fields in [
            TusFields.always, TusFields.unsupportedVersion, TusFields.options(maximumSize: nil, checksums: []),
            TusFields.acknowledgement(offset: nil, expires: nil),
            TusFields.status(offset: nil, length: nil, metadata: nil, concatenation: nil, expires: nil),
        ] {
            #expect(fields[.tusResumable] == "1.0.0")
        }
    }

    @Test("A1.2: no version, and every other, is refused with the list of versions")
    func version() {
        #expect(kind { () throws(UploadFieldError) in try TusVersion.check(fields((.tusResumable, "1.0.0"))) } == nil)
        for value in [
            "", "1.0", "1.0.1", "0.2.2", "1", "1.0.0, 1.0.0", "v1.0.0", "\"1.0.0\"", "1.0.00", "\u{FF11}.0.0",
        ] {
            #expect(
                kind { () throws(UploadFieldError) in try TusVersion.check(fields((.tusResumable, value))) } == .version
            )
        }
        #expect(kind { () throws(UploadFieldError) in try TusVersion.check(HTTPFields()) } == .version)
        #expect(
            kind { () throws(UploadFieldError) in
                try TusVersion.check(fields((.tusResumable, "1.0.0"), (.tusResumable, "1.0.0")))
            } == .version
        )
        #expect(TusFields.unsupportedVersion[.tusVersion] == "1.0.0")
        #expect(TusVersion.isPresent(in: fields((.tusResumable, "0.0.1"))))
        #expect(!TusVersion.isPresent(in: HTTPFields()))
    }

    @Test("A1.4: the override is a method, once")
    func methodOverride() throws {
        #expect(try MethodOverride.method(in: fields((.xHTTPMethodOverride, "PATCH"))) == .patch)
        #expect(try MethodOverride.method(in: fields((.xHTTPMethodOverride, "DELETE"))) == .delete)
        #expect(try MethodOverride.method(in: HTTPFields()) == nil)
        for value in ["", "PA TCH", "PATCH,DELETE", "PATCH/", "P\u{c4}TCH", ":method"] {
            #expect(
                kind { () throws(UploadFieldError) in
                    try MethodOverride.method(in: fields((.xHTTPMethodOverride, value)))
                } == .malformed,
                "\(value)"
            )
        }
        #expect(
            kind { () throws(UploadFieldError) in
                try MethodOverride.method(in: fields((.xHTTPMethodOverride, "PATCH"), (.xHTTPMethodOverride, "PATCH")))
            } == .malformed
        )
    }

    @Test("A2.7: OPTIONS tells the versions")
    func optionsVersion() {
        #expect(TusFields.options(maximumSize: nil, checksums: [])[.tusVersion] == "1.0.0")
    }

    @Test("A2.9: OPTIONS tells the extensions, or has no field")
    func optionsExtensions() {
        let all = TusFields.options(maximumSize: nil, checksums: [])[.tusExtension]
        #expect(
            all
                == "creation,creation-with-upload,creation-defer-length,expiration,checksum,checksum-trailer,termination,concatenation"
        )
        #expect(TusFields.options(maximumSize: nil, extensions: [], checksums: [])[.tusExtension] == nil)
    }

    @Test("A2.10: OPTIONS tells the largest size, if there is one")
    func optionsSize() {
        #expect(TusFields.options(maximumSize: 1_099_511_627_776, checksums: [])[.tusMaxSize] == "1099511627776")
        #expect(TusFields.options(maximumSize: nil, checksums: [])[.tusMaxSize] == nil)
    }

    @Test("A2.11: OPTIONS tells the checksums")
    func optionsChecksums() {
        #expect(TusFields.options(maximumSize: nil, checksums: ["sha1", "md5"])[.tusChecksumAlgorithm] == "sha1,md5")
        #expect(TusFields.options(maximumSize: nil, checksums: [])[.tusChecksumAlgorithm] == nil)
    }

    @Test("A3.13, A3.14, A3.15: offset, length or its deferral, no caching")
    func status() {
        let known = TusFields.status(offset: 0, length: 5, metadata: nil, concatenation: nil, expires: nil)
        #expect(known[.uploadOffset] == "0")
        #expect(known[.uploadLength] == "5")
        #expect(known[.uploadDeferLength] == nil)
        #expect(known[.cacheControl] == "no-store")
        let deferred = TusFields.status(offset: 7, length: nil, metadata: nil, concatenation: nil, expires: nil)
        #expect(deferred[.uploadLength] == nil)
        #expect(deferred[.uploadDeferLength] == "1")
        #expect(deferred[.uploadMetadata] == nil && deferred[.uploadConcat] == nil && deferred[.uploadExpires] == nil)
    }

    @Test("A3.17: what the upload is in a concatenation is echoed")
    func concatenationEcho() {
        let fields = TusFields.status(offset: 1, length: 1, metadata: nil, concatenation: "final;/b /a", expires: nil)
        #expect(fields[.uploadConcat] == "final;/b /a")
    }

    @Test("A10.68: a final upload under way has a length and no offset")
    func concatenating() {
        let fields = TusFields.status(offset: nil, length: 9, metadata: nil, concatenation: "final;/a", expires: nil)
        #expect(fields[.uploadOffset] == nil)
        #expect(fields[.uploadLength] == "9")
    }

    @Test("A8.57, A5.46: when the upload expires, as an HTTP date")
    func expires() {
        let fields = TusFields.acknowledgement(location: "http://h/a", offset: 3, expires: 784_111_777)
        #expect(fields[.uploadExpires] == "Sun, 06 Nov 1994 08:49:37 GMT")
        #expect(fields[.uploadOffset] == "3")
        #expect(fields[.location] == "http://h/a")
    }

    @Test("A5.44: no value can break out of its field")
    func safe() {
        let evil = "a\r\nSet-Cookie: b\0"
        let fields = TusFields.status(offset: 0, length: 0, metadata: evil, concatenation: evil, expires: .max)
        #expect(areSafe(fields))
        #expect(areSafe(TusFields.acknowledgement(location: evil, offset: .min, expires: .min)))
    }
}
