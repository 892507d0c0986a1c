import MediaTesting
import Testing

@Suite("Conditions", .daemon(), .timeLimit(.minutes(3)))
struct ConditionTests {
    private static let past = "Thu, 01 Jan 1970 00:00:01 GMT"
    private static let future = "Fri, 01 Jan 2100 00:00:00 GMT"

    @Test("If-None-Match compares weakly, in lists, over lines, with *")
    func ifNoneMatch() async throws {
        let daemon = try Daemon.current()
        let sample = try await ServedSample.text(daemon)
        #expect(sample.tag.hasPrefix("\"") && sample.tag.hasSuffix("\"") && sample.tag.count > 10)
        let hits: [[(String, String)]] = [
            [("If-None-Match", sample.tag)], [("If-None-Match", "W/\(sample.tag)")], [("If-None-Match", "*")],
            [("If-None-Match", "\"x\", \(sample.tag)")], [("If-None-Match", "\"a,b\",W/\(sample.tag) ,\"y\"")],
            [("If-None-Match", "\"x\""), ("If-None-Match", sample.tag)],
            // The tag decides, not the date (RFC 9110 section 13.1.3).
            [("If-None-Match", sample.tag), ("If-Modified-Since", Self.past)],
            [("If-None-Match", sample.tag), ("Range", "bytes=0-1")],
        ]
        for fields in hits {
            for method in ["GET", "HEAD"] {
                sample.expectNotModified(try await daemon.request(method, sample.path, fields), "\(method) \(fields)")
            }
        }
        let misses: [[(String, String)]] = [
            [("If-None-Match", "\"x\"")], [("If-None-Match", sample.tag.filter { $0 != "\"" })],
            [("If-None-Match", "\"x\""), ("If-Modified-Since", Self.future)],
        ]
        for fields in misses { sample.expectWhole(try await daemon.request("GET", sample.path, fields), "\(fields)") }
    }

    @Test("If-Modified-Since reads all three forms of a date, and ignores what is none")
    func ifModifiedSince() async throws {
        let daemon = try Daemon.current()
        let sample = try await ServedSample.text(daemon)
        for date in [sample.lastModified, Self.future, "Friday, 01-Jan-60 00:00:00 GMT", "Fri Jan  1 00:00:00 2100"] {
            let answer = try await daemon.request("GET", sample.path, [("If-Modified-Since", date)])
            sample.expectNotModified(answer, "\(date)")
        }
        for date in [
            Self.past, "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "yesterday", "", "0", "2100-01-01",
        ] {
            let answer = try await daemon.request("GET", sample.path, [("If-Modified-Since", date)])
            sample.expectWhole(answer, "\(date)")
        }
    }

    @Test("If-Match compares strongly, and comes first")
    func ifMatch() async throws {
        let daemon = try Daemon.current()
        let sample = try await ServedSample.text(daemon)
        for value in [sample.tag, "*", "\"x\", \(sample.tag)"] {
            let fields = [("If-Match", value), ("If-Unmodified-Since", Self.past)]
            sample.expectWhole(try await daemon.request("GET", sample.path, fields), "\(value)")
        }
        for value in ["\"x\"", "W/\(sample.tag)"] {
            for more in [[], [("If-None-Match", sample.tag)], [("Range", "bytes=0-1")], [("Range", "bytes=5000-")]] {
                let answer = try await daemon.request("GET", sample.path, [("If-Match", value)] + more)
                #expect(answer.status == 412, "\(value) \(more)")
                #expect(answer.body != sample.bytes)
                #expect(answer["ETag"] == nil || answer["ETag"] == sample.tag)
            }
        }
    }

    @Test("If-Unmodified-Since")
    func ifUnmodifiedSince() async throws {
        let daemon = try Daemon.current()
        let sample = try await ServedSample.text(daemon)
        let past = try await daemon.request("GET", sample.path, [("If-Unmodified-Since", Self.past)])
        #expect(past.status == 412)
        for date in [sample.lastModified, Self.future, "nonsense"] {
            let answer = try await daemon.request("GET", sample.path, [("If-Unmodified-Since", date)])
            sample.expectWhole(answer, "\(date)")
        }
    }

    @Test("If-Range honours the strong tag, and nothing vaguer")
    func ifRange() async throws {
        let daemon = try Daemon.current()
        let sample = try await ServedSample.text(daemon)
        let range = ("Range", "bytes=10-19")
        sample.expectPart(try await daemon.request("GET", sample.path, [range, ("If-Range", sample.tag)]), 10...19)
        for value in ["W/\(sample.tag)", "\"x\"", "*", "\(sample.tag), \"x\"", "nonsense", Self.past, Self.future, ""] {
            let answer = try await daemon.request("GET", sample.path, [range, ("If-Range", value)])
            sample.expectWhole(answer, "If-Range: \(value)")
        }
        // Without the tag the range is not even looked at, as it would be otherwise.
        let beyond = [("Range", "bytes=5000-"), ("If-Range", "\"x\"")]
        sample.expectWhole(try await daemon.request("GET", sample.path, beyond))
        let beyondSame = [("Range", "bytes=5000-"), ("If-Range", sample.tag)]
        sample.expectUnsatisfiable(try await daemon.request("GET", sample.path, beyondSame))
    }

    @Test("do not hide that a file is missing")
    func missing() async throws {
        let daemon = try Daemon.current()
        for fields in [[("If-None-Match", "*")], [("If-Match", "\"x\"")], [("Range", "bytes=0-1")]] {
            try await daemon.request("GET", "/files/posters/nothing.jpg", fields).expectProblem(404, "not_found")
        }
    }

    @Test("The tag is that of the bytes: the same bytes have the same one, others another")
    func tags() async throws {
        let daemon = try Daemon.current()
        let one = try await ServedSample.text(daemon)
        let other = try await ServedSample.text(daemon)
        let copy = try await ServedSample(one.bytes, "collection=documents", daemon)
        #expect(one.tag == copy.tag)
        #expect(one.tag != other.tag)
        #expect(!one.tag.hasPrefix("W/"))
    }
}
