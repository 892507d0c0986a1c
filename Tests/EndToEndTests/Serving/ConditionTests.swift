import MediaTesting
import Testing

/// RFC 9110 section 13. The rules are numbered as in the checklist of serving.
@Suite("Conditions", .daemon(), .timeLimit(.minutes(3)))
struct ConditionTests {
    private static let past = "Thu, 01 Jan 1970 00:00:01 GMT"
    private static let future = "Fri, 01 Jan 2100 00:00:00 GMT"

    @Test(
        "C0: If-Match or If-Unmodified-Since, then If-None-Match or If-Modified-Since, then If-Range",
        arguments: Route.allCases
    )
    func order(route: Route) async throws {
        let sample = try await ServedSample.text(try Daemon.current())
        let (match, other) = (("If-Match", sample.tag), ("If-Match", "\"x\""))
        let known = ("If-None-Match", sample.tag)
        let (before, after) = (("If-Unmodified-Since", Self.past), ("If-Unmodified-Since", Self.future))
        let since = ("If-Modified-Since", Self.future)
        let (range, beyond) = (("Range", "bytes=0-1"), ("Range", "bytes=5000-"))
        let cases: [([(String, String)], Int)] = [
            ([other, known], 412), ([other, since], 412), ([other, range], 412), ([other, beyond], 412),
            ([other, after], 412), ([match, before], 200), ([match, known], 304), ([match, since], 304),
            ([match, before, range], 206), ([match, beyond], 416), ([before, known], 412), ([before, range], 412),
            ([after, known], 304), ([after, since], 304), ([after, range], 206), ([known, range], 304),
            ([known, beyond], 304), ([since, beyond], 304), ([known, range, ("If-Range", "\"x\"")], 304),
            ([match, range, ("If-Range", "\"x\"")], 200), ([match, range, ("If-Range", sample.tag)], 206),
        ]
        for (fields, status) in cases {
            // The order of the lines is not the order of the conditions.
            for lines in [fields, fields.reversed()] {
                #expect(try await sample.request("GET", lines, by: route).status == status, "\(lines)")
            }
            let head = status == 206 || status == 416 ? 200 : status
            #expect(try await sample.request("HEAD", fields, by: route).status == head, "HEAD \(fields)")
        }
    }

    @Test("C1: If-None-Match compares weakly, in lists, over lines, with *", arguments: Route.allCases)
    func ifNoneMatch(route: Route) async throws {
        let sample = try await ServedSample.text(try Daemon.current())
        #expect(sample.tag.hasPrefix("\"") && sample.tag.hasSuffix("\"") && sample.tag.count > 10)
        let hits: [[String]] = [
            [sample.tag], ["W/\(sample.tag)"], ["*"], ["\"x\", \(sample.tag)"], ["\"x\",\(sample.tag),\"y\""],
            ["\"a,b\",W/\(sample.tag) ,\"y\""], [", ,\(sample.tag)"], ["\"x\"", sample.tag], [sample.tag, "\"x\""],
        ]
        for values in hits {
            for method in ["GET", "HEAD"] {
                let answer = try await sample.request(method, values.map { ("If-None-Match", $0) }, by: route)
                sample.expectNotModified(answer, "\(method) \(values)")
            }
        }
        let inside = "\"a,\(sample.tag.filter { $0 != "\"" }),b\""
        for values in [["\"x\""], [sample.tag.filter { $0 != "\"" }], [inside], ["w/\(sample.tag)"], [""]] {
            let answer = try await sample.request("GET", values.map { ("If-None-Match", $0) }, by: route)
            sample.expectWhole(answer, "\(values)")
        }
    }

    @Test("C1: If-Match compares strongly, in lists, over lines, with *", arguments: Route.allCases)
    func ifMatch(route: Route) async throws {
        let sample = try await ServedSample.text(try Daemon.current())
        for values in [
            [sample.tag], ["*"], ["\"x\", \(sample.tag)"], ["\"x\"", sample.tag], ["\"a,b\" , \(sample.tag)"],
        ] {
            sample.expectWhole(try await sample.request("GET", values.map { ("If-Match", $0) }, by: route), "\(values)")
        }
        for values in [["\"x\""], ["W/\(sample.tag)"], ["\"x\", W/\(sample.tag)"], ["\"x\"", "\"y\""]] {
            let fields = values.map { ("If-Match", $0) }
            let answer = try await sample.request("GET", fields, by: route)
            try answer.expectProblem(412, "precondition_failed", "\(values)")
            #expect(answer["ETag"] == nil || answer["ETag"] == sample.tag)
            #expect(try await sample.request("HEAD", fields, by: route).status == 412, "\(values)")
        }
    }

    @Test("C2: a tag beats its date, and a date that is none counts for nothing", arguments: Route.allCases)
    func tagsFirst(route: Route) async throws {
        let sample = try await ServedSample.text(try Daemon.current())
        let missed = [("If-None-Match", "\"x\""), ("If-Modified-Since", Self.future)]
        sample.expectWhole(try await sample.request("GET", missed, by: route))
        let known = [("If-None-Match", sample.tag), ("If-Modified-Since", Self.past)]
        sample.expectNotModified(try await sample.request("GET", known, by: route))
        let matched = [("If-Match", sample.tag), ("If-Unmodified-Since", Self.past)]
        sample.expectWhole(try await sample.request("GET", matched, by: route))
        for date in ["yesterday", "", "0", "2100-01-01", "Fri, 32 Jan 2100 00:00:00 GMT", "Fri, 01 Jan 2100 00:00:00"] {
            for name in ["If-Modified-Since", "If-Unmodified-Since"] {
                sample.expectWhole(try await sample.request("GET", [(name, date)], by: route), "\(name): \(date)")
            }
        }
    }

    @Test("C3: not later than If-Modified-Since is 304, in all three forms of a date", arguments: Route.allCases)
    func dates(route: Route) async throws {
        let sample = try await ServedSample.text(try Daemon.current())
        for date in [sample.lastModified, Self.future, "Friday, 01-Jan-60 00:00:00 GMT", "Fri Jan  1 00:00:00 2100"] {
            let answer = try await sample.request("GET", [("If-Modified-Since", date)], by: route)
            sample.expectNotModified(answer, "\(date)")
            sample.expectWhole(try await sample.request("GET", [("If-Unmodified-Since", date)], by: route), "\(date)")
        }
        for date in [Self.past, "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"] {
            sample.expectWhole(try await sample.request("GET", [("If-Modified-Since", date)], by: route), "\(date)")
            let failed = try await sample.request("GET", [("If-Unmodified-Since", date)], by: route)
            try failed.expectProblem(412, "precondition_failed", "\(date)")
        }
    }

    @Test("C4: If-Range honours the strong tag, and nothing vaguer", arguments: Route.allCases)
    func ifRange(route: Route) async throws {
        let sample = try await ServedSample.text(try Daemon.current())
        let range = ("Range", "bytes=10-19")
        sample.expectPart(try await sample.request("GET", [range, ("If-Range", sample.tag)], by: route), 10...19)
        for value in ["W/\(sample.tag)", "\"x\"", "*", "\(sample.tag), \"x\"", "nonsense", Self.past, Self.future, ""] {
            let answer = try await sample.request("GET", [range, ("If-Range", value)], by: route)
            sample.expectWhole(answer, "If-Range: \(value)")
        }
        // Without the tag the range is not even looked at, as it would be otherwise.
        let beyond = ("Range", "bytes=5000-")
        sample.expectWhole(try await sample.request("GET", [beyond, ("If-Range", "\"x\"")], by: route))
        sample.expectUnsatisfiable(try await sample.request("GET", [beyond, ("If-Range", sample.tag)], by: route))
        // And without a range it says nothing.
        sample.expectWhole(try await sample.request("GET", [("If-Range", "\"x\"")], by: route))
    }

    @Test("C4: a date in If-Range is good when it is the file's own and a second old", arguments: Route.allCases)
    func ifRangeDate(route: Route) async throws {
        let sample = try await ServedSample.text(try Daemon.current())
        let fields = [("Range", "bytes=10-19"), ("If-Range", sample.lastModified)]
        // Within the second of the change the date could stand for two versions.
        let isStrong = try await eventually { try await sample.request("GET", fields, by: route).status == 206 }
        #expect(isStrong)
        sample.expectPart(try await sample.request("GET", fields, by: route), 10...19)
    }

    @Test("C5: a 304 has what the 200 has for caches, and nothing of the content", arguments: Route.allCases)
    func notModified(route: Route) async throws {
        let daemon = try Daemon.current()
        let sample = try await ServedSample(try Samples.jpeg(), "collection=posters", daemon)
        for query in ["", "?v=\(sample.record.sha256.prefix(32))", "?preset=w92"] {
            let whole = try await sample.request(query: query, by: route)
            let tag = try #require(whole["ETag"])
            let answer = try await sample.request("GET", [("If-None-Match", tag)], query: query, by: route)
            #expect(answer.status == 304, "\(query)")
            for name in ["ETag", "Cache-Control", "Vary", "Expires", "Content-Location"] {
                #expect(answer[name] == whole[name], "\(name) of \(query)")
            }
            #expect(answer.all("Date").count == 1)
            for name in ["Content-Type", "Content-Length", "Content-Range", "Content-Disposition", "Last-Modified"] {
                #expect(answer[name] == nil, "\(name) of \(query)")
            }
        }
    }

    @Test(
        "C6: conditions do not hide that a file is missing, or that a method is not for it",
        arguments: Route.allCases
    )
    func missing(route: Route) async throws {
        let daemon = try Daemon.current()
        let sample = try await ServedSample.text(daemon)
        for fields in [[("If-None-Match", "*")], [("If-Match", "\"x\"")], [("If-Modified-Since", Self.future)]] {
            let answer = try await daemon.request("GET", "/files/posters/nothing.jpg", fields + route.fields)
            try answer.expectProblem(404, "not_found", "\(fields)")
            #expect(try await sample.request("PUT", fields, by: route).status == 405, "\(fields)")
            let bad = try await daemon.request("GET", "/files/posters/%00", fields + route.fields)
            #expect([400, 404].contains(bad.status), "\(fields)")
        }
    }
}
