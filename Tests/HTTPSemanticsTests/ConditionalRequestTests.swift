import HTTPSemantics
import HTTPTypes
import Testing

/// The present of these tests: Sun, 06 Nov 1994 08:49:37 GMT.
private let now: Int64 = 784_111_777
private let nowText = "Sun, 06 Nov 1994 08:49:37 GMT"
/// An hour before.
private let modified = now - 3600
private let modifiedText = "Sun, 06 Nov 1994 07:49:37 GMT"
private let modifiedRFC850 = "Sunday, 06-Nov-94 07:49:37 GMT"
private let modifiedASCTime = "Sun Nov  6 07:49:37 1994"
private let earlierText = "Sun, 06 Nov 1994 07:49:36 GMT"
private let laterText = "Sun, 06 Nov 1994 07:49:38 GMT"

@Suite("Preconditions in the order of RFC 9110 13.2.2")
struct ConditionalRequestTests {
    private func outcome(
        _ method: HTTPRequest.Method = .get,
        _ headers: [(HTTPField.Name, String)],
        tag: String? = "\"a\"",
        modified lastModified: Int64? = modified,
        exists: Bool = true
    ) -> ConditionalRequest.Outcome {
        var fields = HTTPFields()
        for (name, value) in headers { fields.append(HTTPField(name: name, value: value)) }
        let current = CurrentRepresentation(
            entityTag: tag.flatMap { EntityTag(parsing: $0) },
            lastModified: lastModified
        )
        return ConditionalRequest.evaluate(
            method: method,
            fields: ConditionalFields(fields),
            current: exists ? current : nil,
            now: now
        )
    }

    private static let proceed = ConditionalRequest.Outcome.proceed(honoursRange: false)

    @Test("C1: If-Match compares strongly")
    func ifMatch() {
        #expect(outcome(.get, [(.ifMatch, "\"a\"")]) == Self.proceed)
        #expect(outcome(.put, [(.ifMatch, "\"b\", \"a\"")]) == Self.proceed)
        #expect(outcome(.put, [(.ifMatch, "\"b\""), (.ifMatch, "\"a\"")]) == Self.proceed)
        #expect(outcome(.put, [(.ifMatch, "*")]) == Self.proceed)
        #expect(outcome(.get, [(.ifMatch, "\"b\"")]) == .preconditionFailed)
        #expect(outcome(.delete, [(.ifMatch, "W/\"a\"")]) == .preconditionFailed)
        #expect(outcome(.delete, [(.ifMatch, "\"a\"")], tag: "W/\"a\"") == .preconditionFailed)
        #expect(outcome(.delete, [(.ifMatch, "\"a\"")], tag: nil) == .preconditionFailed)
        #expect(outcome(.put, [(.ifMatch, "a")]) == .preconditionFailed)
        #expect(outcome(.put, [(.ifMatch, "")]) == .preconditionFailed)
    }

    @Test("C1: nothing there: If-Match fails, If-None-Match holds, dates are ignored")
    func missing() {
        #expect(outcome(.put, [(.ifMatch, "*")], exists: false) == .preconditionFailed)
        #expect(outcome(.put, [(.ifMatch, "\"a\"")], exists: false) == .preconditionFailed)
        #expect(outcome(.put, [(.ifNoneMatch, "*")], exists: false) == Self.proceed)
        #expect(outcome(.put, [(.ifNoneMatch, "\"a\"")], exists: false) == Self.proceed)
        #expect(outcome(.put, [(.ifUnmodifiedSince, earlierText)], exists: false) == Self.proceed)
    }

    @Test("C2: If-Unmodified-Since, and not beside If-Match")
    func ifUnmodifiedSince() {
        for date in [modifiedText, modifiedRFC850, modifiedASCTime, laterText, nowText] {
            #expect(outcome(.put, [(.ifUnmodifiedSince, date)]) == Self.proceed)
        }
        #expect(outcome(.put, [(.ifUnmodifiedSince, earlierText)]) == .preconditionFailed)
        #expect(outcome(.get, [(.ifUnmodifiedSince, earlierText)]) == .preconditionFailed)
        #expect(outcome(.put, [(.ifUnmodifiedSince, earlierText), (.ifMatch, "\"a\"")]) == Self.proceed)
        #expect(outcome(.put, [(.ifUnmodifiedSince, laterText), (.ifMatch, "\"b\"")]) == .preconditionFailed)
        for invalid in ["", "yesterday", "0", "\(earlierText), \(earlierText)"] {
            #expect(outcome(.put, [(.ifUnmodifiedSince, invalid)]) == Self.proceed)
        }
        #expect(outcome(.put, [(.ifUnmodifiedSince, earlierText), (.ifUnmodifiedSince, earlierText)]) == Self.proceed)
        #expect(outcome(.put, [(.ifUnmodifiedSince, earlierText)], modified: nil) == Self.proceed)
    }

    @Test("C1: If-None-Match compares weakly: 304 for reads, 412 otherwise")
    func ifNoneMatch() {
        for value in ["\"a\"", "W/\"a\"", "*", "\"b\", \"a\"", "\"x,y\", \"a\"", ",\"a\","] {
            #expect(outcome(.get, [(.ifNoneMatch, value)]) == .notModified)
            #expect(outcome(.head, [(.ifNoneMatch, value)]) == .notModified)
            #expect(outcome(.put, [(.ifNoneMatch, value)]) == .preconditionFailed)
            #expect(outcome(.delete, [(.ifNoneMatch, value)]) == .preconditionFailed)
        }
        #expect(outcome(.get, [(.ifNoneMatch, "\"b\""), (.ifNoneMatch, "\"a\"")]) == .notModified)
        #expect(outcome(.get, [(.ifNoneMatch, "\"a\"")], tag: "W/\"a\"") == .notModified)
        for value in ["\"b\"", "a", "\"a", "\"ab\"", "\"A\"", ""] {
            #expect(outcome(.get, [(.ifNoneMatch, value)]) == Self.proceed)
        }
        #expect(outcome(.get, [(.ifNoneMatch, "\"a\"")], tag: nil) == Self.proceed)
    }

    @Test("C2, C3: If-Modified-Since, for reads only and not beside If-None-Match")
    func ifModifiedSince() {
        for date in [
            modifiedText, modifiedRFC850, modifiedASCTime, laterText, nowText, "Fri, 31 Dec 9999 23:59:59 GMT",
        ] {
            #expect(outcome(.get, [(.ifModifiedSince, date)]) == .notModified)
            #expect(outcome(.head, [(.ifModifiedSince, date)]) == .notModified)
            #expect(outcome(.put, [(.ifModifiedSince, date)]) == Self.proceed)
        }
        #expect(outcome(.get, [(.ifModifiedSince, earlierText)]) == Self.proceed)
        #expect(outcome(.get, [(.ifModifiedSince, laterText), (.ifNoneMatch, "\"b\"")]) == Self.proceed)
        #expect(outcome(.get, [(.ifModifiedSince, earlierText), (.ifNoneMatch, "\"a\"")]) == .notModified)
        for invalid in [
            "", "tomorrow", "\(laterText); length=10", "\(laterText), \(laterText)", "Sun, 06 Nov 1994 07:49:37 CET",
        ] {
            #expect(outcome(.get, [(.ifModifiedSince, invalid)]) == Self.proceed)
        }
        #expect(outcome(.get, [(.ifModifiedSince, laterText), (.ifModifiedSince, laterText)]) == Self.proceed)
        #expect(outcome(.get, [(.ifModifiedSince, laterText)], modified: nil) == Self.proceed)
    }

    @Test("C0: 412 comes before 304")
    func order() {
        #expect(outcome(.get, [(.ifNoneMatch, "\"a\""), (.ifMatch, "\"b\"")]) == .preconditionFailed)
        #expect(outcome(.get, [(.ifNoneMatch, "\"a\""), (.ifUnmodifiedSince, earlierText)]) == .preconditionFailed)
        #expect(outcome(.get, [(.ifNoneMatch, "\"a\""), (.ifMatch, "\"a\"")]) == .notModified)
        #expect(outcome(.get, [(.ifModifiedSince, laterText), (.ifMatch, "\"b\"")]) == .preconditionFailed)
    }

    @Test(
        "C6: methods that select nothing ignore conditions",
        arguments: [HTTPRequest.Method.options, .trace, .connect]
    )
    func otherMethods(method: HTTPRequest.Method) {
        let conditions: [(HTTPField.Name, String)] = [(.ifMatch, "\"b\""), (.ifNoneMatch, "*"), (.range, "bytes=0-")]
        #expect(outcome(method, conditions) == Self.proceed)
    }

    @Test("R8, R9: only GET honours Range, and only if it would be a 200")
    func range() {
        let range = (HTTPField.Name.range, "bytes=0-1")
        #expect(outcome(.get, [range]) == .proceed(honoursRange: true))
        #expect(outcome(.head, [range]) == Self.proceed)
        #expect(outcome(.put, [range]) == Self.proceed)
        #expect(outcome(.get, [range, (.ifNoneMatch, "\"a\"")]) == .notModified)
        #expect(outcome(.get, [range, (.ifMatch, "\"b\"")]) == .preconditionFailed)
        #expect(outcome(.get, [range, (.ifMatch, "\"a\"")]) == .proceed(honoursRange: true))
        #expect(outcome(.get, [(.ifRange, "\"b\"")]) == Self.proceed)
    }

    @Test("C4: If-Range honours a strong match only")
    func ifRangeTag() {
        func honours(_ value: String, tag: String? = "\"a\"") -> Bool {
            outcome(.get, [(.range, "bytes=0-1"), (.ifRange, value)], tag: tag) == .proceed(honoursRange: true)
        }
        #expect(honours("\"a\""))
        #expect(!honours("\"b\""))
        #expect(!honours("W/\"a\""))
        #expect(!honours("\"a\"", tag: "W/\"a\""))
        #expect(!honours("W/\"a\"", tag: "W/\"a\""))
        #expect(!honours("\"a\"", tag: nil))
        for nonsense in ["*", "a", "\"a\", \"a\"", "\"a\", \"b\"", "", "\"a", "\"a\" "] + ["bytes", "\"a\";x"] {
            // HTTPFields trims the one with a space at its end.
            #expect(honours(nonsense) == (nonsense == "\"a\" "))
        }
        #expect(outcome(.get, [(.range, "bytes=0-1"), (.ifRange, "\"a\""), (.ifRange, "\"a\"")]) == Self.proceed)
    }

    @Test("C4: If-Range honours a date that is strong and exact")
    func ifRangeDate() {
        func honours(_ value: String, modified lastModified: Int64? = modified) -> Bool {
            outcome(.get, [(.range, "bytes=0-1"), (.ifRange, value)], modified: lastModified)
                == .proceed(honoursRange: true)
        }
        #expect(honours(modifiedText))
        #expect(honours(modifiedRFC850))
        #expect(honours(modifiedASCTime))
        #expect(!honours(earlierText))
        #expect(!honours(laterText))
        #expect(!honours(modifiedText, modified: nil))
        // Modified within the second of the response: it may change again in it (RFC 9110 8.8.2.2).
        #expect(!honours(nowText, modified: now))
        #expect(honours("Sun, 06 Nov 1994 08:49:36 GMT", modified: now - 1))
        #expect(!honours("Sun, 06 Nov 1994 08:49:38 GMT", modified: now + 1))
    }
}
