import HTTPSemantics
import HTTPTypes
import Testing

@Suite("Resumable Uploads for HTTP: response fields")
struct HTTPUploadResponseTests {
    @Test("B3: the first 104 has the location, the limits and the request's version")
    func interim() {
        for version in UploadInteropVersion.allCases {
            let fields = HTTPUploadResponse.interim(
                version: version,
                location: "https://h/api/uploads/a",
                limits: UploadLimits(maximumSize: 10)
            )
            #expect(fields[.uploadDraftInteropVersion] == "\(version.rawValue)")
            #expect(fields[.location] == "https://h/api/uploads/a")
            #expect(fields[.uploadLimit] == "max-size=10")
            #expect(fields[.uploadOffset] == nil)
        }
        #expect(HTTPUploadResponse.interimCode == 104)
    }

    @Test("B18: a 104 of progress has the offset and no location")
    func progress() {
        let fields = HTTPUploadResponse.progress(version: .v8, offset: 77)
        #expect(fields[.uploadOffset] == "77")
        #expect(fields[.uploadDraftInteropVersion] == "8")
        #expect(fields[.location] == nil)
    }

    @Test("B5, B6, B15: whether the upload is complete, inverted for interop 3")
    func completeness() {
        for version in UploadInteropVersion.allCases.map(Optional.some) + [nil] {
            for complete in [true, false] {
                let fields = HTTPUploadResponse.fields(version: version, offset: 1, isComplete: complete)
                if version == .v3 {
                    #expect(fields[.uploadIncomplete] == (complete ? "?0" : "?1"))
                    #expect(fields[.uploadComplete] == nil)
                } else {
                    #expect(fields[.uploadComplete] == (complete ? "?1" : "?0"))
                    #expect(fields[.uploadIncomplete] == nil)
                }
                #expect(fields[.uploadDraftInteropVersion] == version.map { "\($0.rawValue)" })
            }
        }
        let silent = HTTPUploadResponse.fields(version: .v8, offset: nil, isComplete: nil)
        #expect(silent[.uploadComplete] == nil && silent[.uploadOffset] == nil && silent[.uploadLimit] == nil)
    }

    @Test("B27: the offset is told though versions since 6 demand it less")
    func offset() {
        #expect(HTTPUploadResponse.fields(version: .v8, offset: 0, isComplete: true)[.uploadOffset] == "0")
    }

    @Test("B11: HEAD tells offset, completeness, length if known, limits, and is not cached")
    func status() {
        let known = HTTPUploadResponse.status(
            version: .v7,
            offset: 5,
            isComplete: false,
            length: 9,
            limits: UploadLimits(maximumAge: 60)
        )
        #expect(known[.uploadOffset] == "5")
        #expect(known[.uploadComplete] == "?0")
        #expect(known[.uploadLength] == "9")
        #expect(known[.uploadLimit] == "max-age=60")
        #expect(known[.cacheControl] == "no-store")
        let unknown = HTTPUploadResponse.status(
            version: nil,
            offset: 5,
            isComplete: true,
            length: nil,
            limits: UploadLimits()
        )
        #expect(unknown[.uploadLength] == nil)
        #expect(unknown[.uploadLimit] == "min-size=0")
    }

    @Test("B21: limits by name; the lifetime was called expires before interop 7")
    func limits() {
        let limits = UploadLimits(
            maximumSize: 5,
            minimumSize: 1,
            maximumAppendSize: 4,
            minimumAppendSize: 2,
            maximumAge: 3600
        )
        let sizes = "max-size=5, min-size=1, max-append-size=4, min-append-size=2"
        for version in [UploadInteropVersion.v7, .v8, nil] {
            #expect(limits.fieldValue(for: version) == "\(sizes), max-age=3600")
        }
        for version in [UploadInteropVersion.v3, .v5, .v6] {
            #expect(limits.fieldValue(for: version) == "\(sizes), expires=3600")
        }
        #expect(UploadLimits().fieldValue(for: .v8) == "min-size=0")
        #expect(
            UploadLimits(maximumSize: .max, maximumAge: -1).fieldValue(for: .v8)
                == "max-size=999999999999999, max-age=0"
        )
    }

    @Test("B22: OPTIONS has limits, always")
    func options() {
        #expect(HTTPUploadResponse.options(version: nil, limits: UploadLimits())[.uploadLimit] == "min-size=0")
        #expect(HTTPUploadResponse.options(version: nil, limits: UploadLimits(maximumSize: 1))[.uploadComplete] == nil)
    }

    @Test("B8, B14, B17: the problem types")
    func problems() {
        let registry = "https://iana.org/assignments/http-problem-types#"
        #expect(HTTPUploadProblem.inconsistentLength == registry + "inconsistent-upload-length")
        #expect(HTTPUploadProblem.mismatchingOffset == registry + "mismatching-upload-offset")
    }

    @Test("No value can break out of its field")
    func safe() {
        let limits = UploadLimits(maximumSize: .min, maximumAge: .max)
        #expect(areSafe(HTTPUploadResponse.interim(version: .v8, location: "a\r\nb: c\0", limits: limits)))
        #expect(areSafe(HTTPUploadResponse.fields(version: .v8, offset: .min, isComplete: true, length: .max)))
    }
}

@Suite("Digest fields")
struct DigestFieldsTests {
    /// SHA-256 of nothing.
    private let empty = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
    private let empty512 =
        "z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg=="

    @Test("B24: a digest of the whole, one of the content, and the wish for one")
    func request() throws {
        let read = try #require(
            HTTPUploadFields(
                fields(
                    (.uploadComplete, "?1"),
                    (.reprDigest, "sha-512=:\(empty512):, sha-256=:\(empty):"),
                    (.contentDigest, "sha-256=:\(empty):, sha-512=:\(empty512):"),
                    (.wantReprDigest, "sha-512=3, sha-256=10")
                )
            )
        )
        #expect(read.reprDigestSHA256?.count == 32)
        #expect(read.reprDigestSHA256?.first == 0xE3)
        #expect(read.contentDigest?.algorithm == .sha512)
        #expect(read.contentDigest?.value.count == 64)
        #expect(read.wantsReprDigest)
        #expect(read.digestError == nil)
    }

    @Test("B24: lines of a Dictionary belong together, and the last of a key counts")
    func lines() throws {
        let other = String(repeating: "A", count: 43) + "="
        let read = try #require(
            HTTPUploadFields(
                fields(
                    (.uploadComplete, "?1"),
                    (.reprDigest, "sha-256=:\(other):"),
                    (.reprDigest, "sha-256=:\(empty):")
                )
            )
        )
        #expect(read.reprDigestSHA256?.first == 0xE3)
    }

    @Test(
        "B24: unknown algorithms are ignored, whatever is said of them",
        arguments: [
            "", " ", "md5=:1B2M2Y8AsgTpgAmY7PhCfg==:", "unixsum=30637", "a, b=:AA==:;x, c=\"d\"", "md5=:AAAAA:",
        ]
    )
    func ignored(text: String) throws {
        #expect(try DigestFields.parse(text).isEmpty)
    }

    @Test(
        "B24: what cannot be read is an error: the check that was asked for is not skipped",
        arguments: [
            "sha-256", "sha-256=1", "sha-256=\"47DEQ\"", "SHA-256=:AA==:", "sha-256=:A!:", "sha-256=:AA==",
            "sha-256=:AA==:,", "sha-256:AA==", "sha-256=:AAAAA:", "\u{e9}=:AA==:", "sha-256=AA==", ",",
            "md5=:AA==:, sha-512=:AA==:",
        ]
    )
    func unreadable(text: String) throws {
        #expect(kind { () throws(UploadFieldError) in try DigestFields.parse(text) } == .malformed)
    }

    @Test("B24: a digest of the wrong length is an error, not ignored", arguments: ["::", ":AA==:", ":AAAA:"])
    func wrongLength(text: String) throws {
        #expect(kind { () throws(UploadFieldError) in try DigestFields.parse("sha-256=\(text)") } == .malformed)
        #expect(kind { () throws(UploadFieldError) in try DigestFields.parse("sha-512=\(text)") } == .malformed)
        let read = try #require(HTTPUploadFields(fields((.uploadComplete, "?1"), (.contentDigest, "sha-256=\(text)"))))
        #expect(read.digestError?.kind == .malformed)
        #expect(read.contentDigest == nil)
    }

    @Test("B24: padding may be missing in a byte sequence")
    func padding() throws {
        let bare = String(empty.dropLast())
        #expect(try DigestFields.parse("sha-256=:\(bare):") == DigestFields.parse("sha-256=:\(empty):"))
    }

    @Test("B24: a weight from 1 to 10 is a wish")
    func wants() {
        for (text, wanted) in [
            ("sha-256=1", true), ("sha-256=10", true), ("a=1, sha-256=3;x", true), ("sha-256=0", false),
            ("sha-256=11", false),
            ("sha-256=-1", false), ("sha-256", false), ("sha-256=?1", false), ("sha-256=1.0", false),
            ("sha-512=5", false),
            ("", false), ("sha-256=1,", false),
        ] {
            #expect(DigestFields.wants(.sha256, text) == wanted, "\(text)")
        }
    }

    @Test("B24: a value too long to be one is not read: the parser would take its time")
    func long() throws {
        let names = (0..<400).map { "k\($0)=1" }.joined(separator: ",")
        #expect(names.utf8.count > 2048)
        #expect(
            kind { () throws(UploadFieldError) in try DigestFields.parse("sha-256=:\(empty):,\(names)") } == .malformed
        )
        #expect(try DigestFields.parse("sha-256=:\(empty):,\(names.prefix(1000))").count == 1)
        #expect(!DigestFields.wants(.sha256, "sha-256=1,\(names)"))
    }

    @Test("B24: what is written can be read")
    func building() throws {
        let digest = try #require(try DigestFields.parse("sha-256=:\(empty):").first)
        #expect(DigestFields.value(of: digest) == "sha-256=:\(empty):")
        #expect(DigestFields.value(sha256: digest.value) == "sha-256=:\(empty):")
    }
}
