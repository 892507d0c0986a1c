import HTTPSemantics
import HTTPTypes
import Testing

@Suite("Plans to serve a file")
struct ServingPlanTests {
    private static let full: [String: String] = [
        "content-type": "video/mp4", "content-length": "1000", "accept-ranges": "bytes", "etag": "\"a\"",
        "last-modified": "Sun, 06 Nov 1994 07:49:37 GMT", "cache-control": "max-age=31536000, immutable",
        "content-disposition": "inline", "vary": "Accept", "content-location": "/files/a.mp4", "expires": "0",
    ]

    private func dictionary(_ fields: HTTPFields) -> [String: String] {
        Dictionary(fields.map { ($0.name.canonicalName, $0.value) }) { "\($0) and \($1)" }
    }

    @Test("R16: 200 for GET and HEAD, with every field")
    func full() {
        for method in [HTTPRequest.Method.get, .head] {
            let plan = Plans.plan(method)
            #expect(plan.content == .full(length: 1000))
            #expect(plan.status == .ok)
            #expect(dictionary(plan.fields) == Self.full)
        }
    }

    @Test("R1, R13: 206 with one range carries what the 200 would")
    func partial() {
        let plan = Plans.plan(.get, [(.range, "bytes=-500")])
        #expect(plan.content == .partial(500..<1000, length: 1000))
        #expect(plan.status == .partialContent)
        let changed = ["content-length": "500", "content-range": "bytes 500-999/1000"]
        #expect(dictionary(plan.fields) == Self.full.merging(changed) { $1 })
    }

    @Test("R11, R13: 206 with several ranges has no Content-Range of its own")
    func multipart() throws {
        let plan = Plans.plan(.get, [(.range, "bytes=0-1,10-19")])
        guard case .multipart(let framing, length: 1000) = plan.content else {
            Issue.record("not multipart: \(plan.content)")
            return
        }
        #expect(framing.parts.map(\.range) == [0..<2, 10..<20])
        #expect(plan.status == .partialContent)
        let changed = ["content-length": String(framing.contentLength), "content-type": framing.contentType]
        #expect(dictionary(plan.fields) == Self.full.merging(changed) { $1 })
        #expect(String(decoding: framing.parts[0].header, as: UTF8.self).contains("Content-Type: video/mp4\r\n"))
    }

    @Test(
        "R11: one range left of several is no multipart",
        arguments: ["bytes=0-1,1000-", "bytes=-0,0-1", "bytes=,0-1"]
    )
    func singleLeft(range: String) {
        #expect(Plans.plan(.get, [(.range, range)]).content == .partial(0..<2, length: 1000))
    }

    @Test("R8: HEAD with Range is a plain HEAD")
    func headWithRange() {
        for range in ["bytes=0-1", "bytes=1000-", "bytes=0-1,3-4", "x"] {
            #expect(dictionary(Plans.plan(.head, [(.range, range)]).fields) == Self.full)
        }
    }

    @Test("R3: 416 says the length and nothing about the file")
    func unsatisfiable() {
        let plan = Plans.plan(.get, [(.range, "bytes=1000-")])
        #expect(plan.content == .unsatisfiable(length: 1000))
        #expect(plan.status == .rangeNotSatisfiable)
        #expect(dictionary(plan.fields) == ["content-range": "bytes */1000", "accept-ranges": "bytes"])
    }

    @Test(
        "R5, R6, R7, R15: ignored ranges get the whole file",
        arguments: ["bytes=2-1", "items=0-1", "bytes=0-,0-", "bytes=+1-3", ""]
    )
    func ignored(range: String) {
        #expect(dictionary(Plans.plan(.get, [(.range, range)]).fields) == Self.full)
    }

    @Test("R10: an empty file is an empty 200")
    func emptyFile() {
        for range in ["bytes=0-", "bytes=-1", "bytes=0-0", "bytes=1-"] {
            let plan = Plans.plan(.get, [(.range, range)], length: 0)
            #expect(plan.content == .full(length: 0))
            #expect(plan.fields[.contentLength] == "0")
            #expect(plan.fields[.contentRange] == nil)
        }
    }

    @Test("C5: 304 keeps what a cache updates by")
    func notModified() {
        let plan = Plans.plan(.get, [(.ifNoneMatch, "\"a\""), (.range, "bytes=0-1")])
        #expect(plan.content == .notModified)
        #expect(plan.status == .notModified)
        let kept: Set<String> = ["etag", "cache-control", "vary", "content-location", "expires"]
        #expect(dictionary(plan.fields) == Self.full.filter { kept.contains($0.key) })
    }

    @Test("C5: 304 without an ETag has Last-Modified in its place")
    func notModifiedByDate() {
        let plan = Plans.plan(.get, [(.ifModifiedSince, "Sun, 06 Nov 1994 07:49:37 GMT")], tag: nil)
        #expect(plan.content == .notModified)
        #expect(plan.fields[.lastModified] == "Sun, 06 Nov 1994 07:49:37 GMT")
        #expect(plan.fields[.eTag] == nil)
    }

    @Test("C0, R9: 412 carries nothing of the file")
    func preconditionFailed() {
        let plan = Plans.plan(.get, [(.ifMatch, "\"b\""), (.range, "bytes=1000-")])
        #expect(plan.content == .preconditionFailed)
        #expect(plan.status == .preconditionFailed)
        #expect(plan.fields.isEmpty)
    }

    @Test("C4: If-Range decides between the part and the whole, also where the part could not be served")
    func ifRange() {
        #expect(
            Plans.plan(.get, [(.range, "bytes=0-1"), (.ifRange, "\"a\"")]).content == .partial(0..<2, length: 1000)
        )
        #expect(Plans.plan(.get, [(.range, "bytes=0-1"), (.ifRange, "\"b\"")]).content == .full(length: 1000))
        #expect(
            Plans.plan(.get, [(.range, "bytes=1000-"), (.ifRange, "\"a\"")]).content == .unsatisfiable(length: 1000)
        )
        #expect(Plans.plan(.get, [(.range, "bytes=1000-"), (.ifRange, "\"b\"")]).content == .full(length: 1000))
        #expect(
            Plans.plan(.get, [(.range, "bytes=0-1"), (.ifRange, "W/\"a\"")], tag: "W/\"a\"").content
                == .full(length: 1000)
        )
    }

    @Test("R7: two Range lines are no range")
    func twoLines() {
        #expect(Plans.plan(.get, [(.range, "bytes=0-1"), (.range, "bytes=2-3")]).content == .full(length: 1000))
    }

    @Test("R9: 304 and 412 win over 206 and 416")
    func onlyInsteadOfTheWhole() {
        for range in ["bytes=0-1", "bytes=1000-", "bytes=0-1,5-6", "bytes=x"] {
            #expect(Plans.plan(.get, [(.range, range), (.ifNoneMatch, "\"a\"")]).content == .notModified)
            #expect(Plans.plan(.get, [(.range, range), (.ifMatch, "\"b\"")]).content == .preconditionFailed)
            #expect(Plans.plan(.head, [(.range, range), (.ifNoneMatch, "*")]).content == .notModified)
        }
    }

    @Test("R15: overlapping ranges that come to one are a plain 206")
    func overlapping() {
        let plan = Plans.plan(.get, [(.range, "bytes=0-9,5-14")])
        #expect(plan.content == .partial(0..<15, length: 1000))
        #expect(plan.fields[.contentRange] == "bytes 0-14/1000")
        #expect(plan.fields[.contentType] == "video/mp4")
    }
}
