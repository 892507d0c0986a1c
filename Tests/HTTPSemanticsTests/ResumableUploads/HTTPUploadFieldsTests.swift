import HTTPSemantics
import HTTPTypes
import Testing

@Suite("Resumable Uploads for HTTP: request fields")
struct HTTPUploadFieldsTests {
    @Test("B2: content that says of itself that it is a part is known as such in every version, also one of tomorrow")
    func parts() {
        let tomorrow = (HTTPField.Name.uploadDraftInteropVersion, "99")
        #expect(HTTPUploadFields.announcesPart(fields((.uploadComplete, "?0"), tomorrow)))
        #expect(HTTPUploadFields.announcesPart(fields((.uploadIncomplete, "?1"), tomorrow)))
        #expect(HTTPUploadFields.announcesPart(fields((.uploadComplete, "?1"), (.uploadOffset, "5"), tomorrow)))
        #expect(!HTTPUploadFields.announcesPart(fields((.uploadComplete, "?1"), tomorrow)))
        #expect(!HTTPUploadFields.announcesPart(fields((.uploadIncomplete, "?0"), (.uploadOffset, "0"), tomorrow)))
        #expect(!HTTPUploadFields.announcesPart(fields()))
    }

    @Test("B1: Upload-Complete makes a request one of this protocol, whatever its method")
    func recognised() throws {
        let last = try #require(HTTPUploadFields(fields((.uploadComplete, "?1"), (.uploadDraftInteropVersion, "8"))))
        #expect(last.isComplete && last.version == .v8 && last.offset == nil && last.length == nil)
        let first = try #require(HTTPUploadFields(fields((.uploadComplete, "?0"), (.uploadDraftInteropVersion, "5"))))
        #expect(!first.isComplete && first.version == .v5)
        #expect(HTTPUploadFields(HTTPFields()) == nil)
        #expect(HTTPUploadFields(fields((.uploadOffset, "0"), (.uploadLength, "1"))) == nil)
    }

    @Test("B2: without a version it is the protocol, with an unknown one it is a plain upload")
    func versions() throws {
        let none = try #require(HTTPUploadFields(fields((.uploadComplete, "?1"))))
        #expect(none.version == nil)
        for version in UploadInteropVersion.allCases {
            let read = HTTPUploadFields(
                fields((.uploadComplete, "?1"), (.uploadDraftInteropVersion, "\(version.rawValue)"))
            )
            #expect(read?.version == version)
        }
        for text in [
            "", "0", "1", "2", "4", "9", "-8", "8.0", "\"8\"", "?1", "v8", "8,8", "999999999999999", "9999999999999999",
        ] {
            let request = fields((.uploadComplete, "?1"), (.uploadDraftInteropVersion, text))
            #expect(HTTPUploadFields(request) == nil, "\(text)")
            #expect(HTTPUploadFields.version(of: request) == .unknown, "\(text)")
        }
        #expect(
            HTTPUploadFields(
                fields((.uploadComplete, "?1"), (.uploadDraftInteropVersion, "8"), (.uploadDraftInteropVersion, "8"))
            ) == nil
        )
        #expect(HTTPUploadFields.version(of: HTTPFields()) == .none)
        #expect(HTTPUploadFields.version(of: fields((.uploadDraftInteropVersion, "6"))) == .known(.v6))
    }

    @Test(
        "B10: an Upload-Complete that is no Boolean is as good as none",
        arguments: [
            "", "1", "true", "?", "?2", "?true", "?1?1", "?1,?1", "? 1", "\"?1\"", ":AA==:", "?1;", "?1 ?0",
            "\u{FF1F}1",
        ]
    )
    func noBoolean(text: String) {
        #expect(HTTPUploadFields(fields((.uploadComplete, text))) == nil)
    }

    @Test("B10: two lines of an item are none")
    func repeated() throws {
        #expect(HTTPUploadFields(fields((.uploadComplete, "?1"), (.uploadComplete, "?1"))) == nil)
        let read = try #require(
            HTTPUploadFields(
                fields((.uploadComplete, "?1"), (.uploadOffset, "1"), (.uploadOffset, "1"), (.uploadLength, "1, 1"))
            )
        )
        #expect(read.offset == nil && read.length == nil)
        // Found by fuzzing: joined, these would be one Integer with a string behind it.
        let open = "1;a=\""
        let swallowed = try #require(
            HTTPUploadFields(fields((.uploadComplete, "?1"), (.uploadOffset, open), (.uploadOffset, open)))
        )
        #expect(swallowed.offset == nil)
    }

    @Test("B10: parameters and whitespace around an item do not matter")
    func parameters() throws {
        let read = try #require(
            HTTPUploadFields(
                fields((.uploadComplete, "?0;a=1;b"), (.uploadOffset, " 12 "), (.uploadLength, "13;x=\"y\""))
            )
        )
        #expect(!read.isComplete && read.offset == 12 && read.length == 13)
    }

    @Test("B10: an offset or a length that is no non-negative Integer is as good as none", arguments: malformedIntegers)
    func noInteger(text: String) throws {
        let read = try #require(
            HTTPUploadFields(fields((.uploadComplete, "?1"), (.uploadOffset, text), (.uploadLength, text)))
        )
        #expect(read.offset == nil && read.length == nil)
    }

    @Test("B10: Integers have up to fifteen digits")
    func integers() throws {
        func offset(_ text: String) -> Int64? {
            HTTPUploadFields(fields((.uploadComplete, "?1"), (.uploadOffset, text)))?.offset
        }
        #expect(offset("999999999999999") == 999_999_999_999_999)
        #expect(offset("1000000000000000") == nil)
        #expect(offset("0") == 0)
        #expect(offset("-0") == 0)
        #expect(offset("007") == 7)
        #expect(offset("@5") == nil)
    }

    @Test("B27: interop 3 has Upload-Incomplete, which is the inverse")
    func incomplete() throws {
        func complete(_ pairs: (HTTPField.Name, String)..., version: String = "3") -> Bool? {
            var request = HTTPFields(pairs.map { HTTPField(name: $0.0, value: $0.1) })
            request[.uploadDraftInteropVersion] = version
            return HTTPUploadFields(request)?.isComplete
        }
        #expect(complete((.uploadIncomplete, "?0")) == true)
        #expect(complete((.uploadIncomplete, "?1")) == false)
        #expect(complete((.uploadComplete, "?1")) == true)
        #expect(complete((.uploadIncomplete, "?1"), (.uploadComplete, "?1")) == false)
        #expect(complete((.uploadIncomplete, "1")) == nil)
        for version in ["5", "6", "7", "8"] { #expect(complete((.uploadIncomplete, "?1"), version: version) == nil) }
        #expect(HTTPUploadFields(fields((.uploadIncomplete, "?1"))) == nil)
    }

    @Test("B27: up to interop 6 an append without Upload-Complete goes to the end; later it is none")
    func oldAppend() {
        for version in UploadInteropVersion.allCases {
            let request = fields((.uploadOffset, "5"), (.uploadDraftInteropVersion, "\(version.rawValue)"))
            #expect(HTTPUploadFields(request)?.isComplete == (version <= .v6 ? true : nil))
        }
        #expect(HTTPUploadFields(fields((.uploadOffset, "x"), (.uploadDraftInteropVersion, "3"))) == nil)
    }

    @Test("B13: an append has its own media type since interop 6, and an offset always")
    func append() throws {
        func kindOf(_ version: String?, _ type: String?, _ offset: String?) throws -> UploadFieldError.Kind? {
            var request = fields((.uploadComplete, "?0"))
            request[.uploadDraftInteropVersion] = version
            request[.contentType] = type
            request[.uploadOffset] = offset
            let read = try #require(HTTPUploadFields(request))
            return kind { () throws(UploadFieldError) in try read.checkAppend(request) }
        }
        for version in ["6", "7", "8", nil] {
            #expect(try kindOf(version, "application/partial-upload", "0") == nil)
            #expect(try kindOf(version, "Application/Partial-Upload; a=b", "0") == nil)
            #expect(try kindOf(version, "application/partial-upload", nil) == .malformed)
            #expect(try kindOf(version, "application/partial-upload", "-1") == .malformed)
            #expect(try kindOf(version, nil, "0") == .mediaType)
            #expect(try kindOf(version, "application/offset+octet-stream", "0") == .mediaType)
            #expect(try kindOf(version, "application/octet-stream", nil) == .mediaType)
        }
        for version in ["3", "5"] {
            #expect(try kindOf(version, nil, "0") == nil)
            #expect(try kindOf(version, "image/png", "0") == nil)
            #expect(try kindOf(version, nil, nil) == .malformed)
        }
        #expect(HTTPUploadFields.isPartialUpload(fields((.contentType, "application/partial-upload"))))
        #expect(!HTTPUploadFields.isPartialUpload(HTTPFields()))
    }

    @Test("B11: up to interop 6 a HEAD or DELETE with upload fields is refused, later it is not")
    func retrieval() {
        for version in UploadInteropVersion.allCases {
            for (name, value) in [
                (HTTPField.Name.uploadOffset, "0"), (.uploadComplete, "?1"), (.uploadIncomplete, "?1"),
            ] {
                let request = fields((.uploadDraftInteropVersion, "\(version.rawValue)"), (name, value))
                let kind = kind { () throws(UploadFieldError) in try HTTPUploadFields.checkRetrieval(request) }
                #expect(kind == (version <= .v6 ? .malformed : nil))
            }
            let plain = fields((.uploadDraftInteropVersion, "\(version.rawValue)"))
            #expect(kind { () throws(UploadFieldError) in try HTTPUploadFields.checkRetrieval(plain) } == nil)
        }
        #expect(
            kind { () throws(UploadFieldError) in try HTTPUploadFields.checkRetrieval(fields((.uploadOffset, "0"))) }
                == nil
        )
    }
}

@Suite("Resumable Uploads for HTTP: length")
struct HTTPUploadLengthTests {
    /// The length, or an error's kind.
    private func length(
        _ complete: String,
        _ length: String?,
        at offset: Int64,
        _ contentLength: Int64?
    ) throws -> Result<Int64?, UploadFieldError> {
        var request = fields((.uploadComplete, complete))
        request[.uploadLength] = length
        let read = try #require(HTTPUploadFields(request))
        do throws(UploadFieldError) {
            return .success(try read.length(at: offset, contentLength: contentLength))
        } catch {
            return .failure(error)
        }
    }

    @Test("B8: Upload-Length tells the length, and so does the end of the last content")
    func indications() throws {
        #expect(try length("?0", "10", at: 0, 4).get() == 10)
        #expect(try length("?0", nil, at: 0, 4).get() == nil)
        #expect(try length("?1", nil, at: 6, 4).get() == 10)
        #expect(try length("?1", "10", at: 6, 4).get() == 10)
        #expect(try length("?1", "10", at: 6, nil).get() == 10)
        #expect(try length("?1", nil, at: 6, nil).get() == nil)
        #expect(try length("?1", nil, at: 0, 0).get() == 0)
        #expect(try length("?0", "0", at: 0, 0).get() == 0)
    }

    @Test("B8: indications that contradict each other")
    func contradictions() throws {
        for attempt in [
            try length("?1", "11", at: 6, 4), try length("?1", "9", at: 6, 4), try length("?0", "9", at: 6, 4),
            try length("?0", "5", at: 6, nil), try length("?1", "5", at: 6, nil),
        ] {
            guard case .failure(let error) = attempt else {
                Issue.record("accepted")
                continue
            }
            #expect(error.kind == .inconsistentLength)
        }
    }

    @Test("B9: a content that ends at the length need not complete the upload")
    func notComplete() throws {
        #expect(try length("?0", "10", at: 6, 4).get() == 10)
    }

    @Test("B8: no sum overflows")
    func overflow() throws {
        guard case .failure(let error) = try length("?1", nil, at: .max, 1) else {
            Issue.record("accepted")
            return
        }
        #expect(error.kind == .malformed)
    }
}
