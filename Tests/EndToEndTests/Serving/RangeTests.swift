import MediaTesting
import Testing

/// RFC 9110 section 14, one range at a time. The rules are numbered as in the checklist of serving.
@Suite("Ranges", .daemon(), .timeLimit(.minutes(3)))
struct RangeTests {
    /// Of a file of 1000 bytes.
    typealias Case = (range: String, part: ClosedRange<Int>)

    @Test("R1: first and last, first alone, and a suffix are answered 206", arguments: Route.semantics)
    func forms(route: Route) async throws {
        try await Self.expectParts(
            [
                ("bytes=0-0", 0...0), ("bytes=0-1", 0...1), ("bytes=0-999", 0...999), ("bytes=999-999", 999...999),
                ("bytes=0-", 0...999), ("bytes=500-", 500...999), ("bytes=999-", 999...999), ("bytes=-1", 999...999),
                ("bytes=-500", 500...999), ("bytes=-1000", 0...999), ("bytes=00-001", 0...1), ("bytes= 3-4", 3...4),
                ("bytes=3-4 ", 3...4), ("bytes=,3-4", 3...4), ("bytes=3-4,", 3...4),
            ],
            route
        )
    }

    @Test(
        "R2: a last position past the end is clipped, a suffix longer than the file is all",
        arguments: Route.semantics
    )
    func clipping(route: Route) async throws {
        try await Self.expectParts(
            [
                ("bytes=0-1000", 0...999), ("bytes=999-1000", 999...999), ("bytes=10-4294967296", 10...999),
                ("bytes=-1001", 0...999), ("bytes=-4294967297", 0...999),
            ],
            route
        )
    }

    @Test("R3: a first position at or past the end, or -0, is answered 416 with bytes */N", arguments: Route.semantics)
    func unsatisfiable(route: Route) async throws {
        let sample = try await ServedSample.text(try Daemon.current())
        for range in ["bytes=1000-", "bytes=1000-1000", "bytes=1001-2000", "bytes=-0", "bytes=1000-,2000-,-0"] {
            let answer = try await sample.request("GET", [("Range", range)], by: route)
            sample.expectUnsatisfiable(answer, "\(range)")
            // It is about this file and not a version of it: nobody may keep it in the file's place.
            #expect(answer["ETag"] == nil && answer.body != sample.bytes, "\(range)")
        }
    }

    @Test("R4: huge numbers do not overflow", arguments: Route.semantics)
    func huge(route: Route) async throws {
        let sample = try await Self.expectParts(
            [
                ("bytes=0-99999999999999999999999", 0...999), ("bytes=10-9223372036854775807", 10...999),
                ("bytes=10-18446744073709551615", 10...999), ("bytes=-9223372036854775808", 0...999),
                ("bytes=-18446744073709551617", 0...999),
                ("bytes=0-\(String(repeating: "9", count: 2000))", 0...999),
            ],
            route
        )
        for first in ["9223372036854775807", "9223372036854775808", "18446744073709551616", "100000000000000000000"] {
            let answer = try await sample.request("GET", [("Range", "bytes=\(first)-")], by: route)
            sample.expectUnsatisfiable(answer, "\(first)")
        }
    }

    @Test("R5: digits are ASCII, without a sign", arguments: Route.semantics)
    func digits(route: Route) async throws {
        try await Self.expectIgnored(
            [
                "bytes=+1-3", "bytes=1-+3", "bytes=1--3", "bytes=--1", "bytes=0x1-5", "bytes=1.5-2", "bytes=１-3",
                "bytes=٣-",
            ],
            route
        )
    }

    @Test("R6: the unit's case does not matter; an unknown unit is ignored", arguments: Route.semantics)
    func unit(route: Route) async throws {
        try await Self.expectParts([("BYTES=1-2", 1...2), ("Bytes=-3", 997...999)], route)
        try await Self.expectIgnored(["items=0-5", "seconds=1-2", "byte=0-5", "none=0-1", "bytes 0-5"], route)
    }

    @Test("R7: a set with one bad member is ignored as a whole", arguments: Route.semantics)
    func invalid(route: Route) async throws {
        try await Self.expectIgnored(
            [
                "", "bytes", "bytes=", "bytes=-", "bytes=,", "bytes=a-b", "bytes=1-a", "bytes=5-2", "bytes=1-2-3",
                "bytes=0-1,x", "bytes=0-1,5-2", "bytes=5-2,0-1", "bytes=1-2;3-4", "bytes=0-1 2-3", "bytes==0-1",
            ],
            route
        )
    }

    @Test("R7: two lines of Range are not one set", arguments: Route.semantics)
    func twice(route: Route) async throws {
        let sample = try await ServedSample.text(try Daemon.current())
        // Range is no list field: joined, the two are no valid set. Never one length with other bytes.
        let answer = try await sample.request("GET", [("Range", "bytes=0-1"), ("Range", "bytes=5-6")], by: route)
        if answer.status != 400 { sample.expectWhole(answer) }
    }

    @Test("R8: a HEAD knows no range", arguments: Route.semantics)
    func head(route: Route) async throws {
        let sample = try await ServedSample.text(try Daemon.current())
        for range in ["bytes=0-1", "bytes=2000-", "bytes=0-1,5-6", "bytes=-0"] {
            for more in [[], [("If-Range", sample.tag)], [("If-Range", "\"x\"")]] {
                let answer = try await sample.request("HEAD", [("Range", range)] + more, by: route)
                #expect(answer.status == 200, "\(range)")
                #expect(answer["Content-Range"] == nil)
                #expect(answer["Content-Length"] == "1000")
                #expect(answer["Accept-Ranges"] == "bytes")
            }
        }
    }

    @Test("R9: 304, 412 and 404 come before any range", arguments: Route.allCases)
    func precedence(route: Route) async throws {
        let daemon = try Daemon.current()
        let sample = try await ServedSample.text(daemon)
        for range in ["bytes=0-1", "bytes=2000-", "bytes=0-1,5-6"] {
            let known = try await sample.request("GET", [("Range", range), ("If-None-Match", sample.tag)], by: route)
            sample.expectNotModified(known, "\(range)")
            #expect(known["Content-Range"] == nil)
            let failed = try await sample.request("GET", [("Range", range), ("If-Match", "\"x\"")], by: route)
            try failed.expectProblem(412, "precondition_failed")
            #expect(failed["Content-Range"] == nil)
            let fields = [("Range", range)] + route.fields
            let missing = try await daemon.request("GET", "/files/documents/\(uniqueName()).txt", fields)
            try missing.expectProblem(404, "not_found")
            #expect(missing["Content-Range"] == nil)
        }
    }

    @Test("R10: no file is empty, so no range of nothing can be asked for")
    func empty() async throws {
        try await Daemon.current().upload([], "collection=documents").expectProblem(400, "empty_file")
    }

    /// Asks for each range of a new text and checks its 206.
    @discardableResult
    private static func expectParts(
        _ cases: [Case],
        _ route: Route,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> ServedSample {
        let sample = try await ServedSample.text(try Daemon.current())
        // In HTTP/2 a value with a space around it makes the request malformed (RFC 9113 section 8.2.1).
        for (range, part) in cases where route != .http2 || !range.hasSuffix(" ") {
            for query in ["", "?v=\(sample.record.sha256.prefix(32))"] {
                let answer = try await sample.request("GET", [("Range", range)], query: query, by: route)
                sample.expectPart(answer, part, "\(range)", sourceLocation: sourceLocation)
            }
        }
        return sample
    }

    private static func expectIgnored(
        _ ranges: [String],
        _ route: Route,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let sample = try await ServedSample.text(try Daemon.current())
        for range in ranges {
            let answer = try await sample.request("GET", [("Range", range)], by: route)
            sample.expectWhole(answer, "\(range)", sourceLocation: sourceLocation)
        }
    }
}
