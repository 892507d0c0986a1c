import HTTPSemantics
import HTTPTypes
import Testing

@Suite("Plans to serve a file")
struct ServingPlanTests {
    private static let now: Int64 = 784_111_777

    private func plan(
        _ method: HTTPRequest.Method = .get,
        _ headers: [(HTTPField.Name, String)] = [],
        length: Int64 = 1000,
        tag: String? = "\"a\""
    ) -> ServingPlan {
        var fields = HTTPFields()
        for (name, value) in headers { fields.append(HTTPField(name: name, value: value)) }
        let representation = Representation(
            contentType: "video/mp4",
            length: length,
            entityTag: tag.flatMap { EntityTag(parsing: $0) },
            lastModified: Self.now - 3600,
            extraFields: [
                .cacheControl: "max-age=31536000, immutable", .contentDisposition: "inline", .vary: "Accept",
                .contentLocation: "/files/a.mp4", .expires: "0",
            ]
        )
        return ServingPlan.make(method: method, headers: fields, representation: representation, now: Self.now)
    }

    private static let full: [String: String] = [
        "content-type": "video/mp4", "content-length": "1000", "accept-ranges": "bytes", "etag": "\"a\"",
        "last-modified": "Sun, 06 Nov 1994 07:49:37 GMT", "cache-control": "max-age=31536000, immutable",
        "content-disposition": "inline", "vary": "Accept", "content-location": "/files/a.mp4", "expires": "0",
    ]

    private func dictionary(_ fields: HTTPFields) -> [String: String] {
        Dictionary(fields.map { ($0.name.canonicalName, $0.value) }) { "\($0) and \($1)" }
    }

    @Test("200 for GET and HEAD, with every field")
    func full() {
        for method in [HTTPRequest.Method.get, .head] {
            let plan = plan(method)
            #expect(plan.content == .full(length: 1000))
            #expect(plan.status == .ok)
            #expect(dictionary(plan.fields) == Self.full)
        }
    }

    @Test("206 with one range carries what the 200 would")
    func partial() {
        let plan = plan(.get, [(.range, "bytes=-500")])
        #expect(plan.content == .partial(500..<1000, length: 1000))
        #expect(plan.status == .partialContent)
        let changed = ["content-length": "500", "content-range": "bytes 500-999/1000"]
        #expect(dictionary(plan.fields) == Self.full.merging(changed) { $1 })
    }

    @Test("The first request of Safari gets exactly two bytes")
    func safariProbe() {
        let plan = plan(.get, [(.range, "bytes=0-1")])
        #expect(plan.content == .partial(0..<2, length: 1000))
        #expect(plan.fields[.contentRange] == "bytes 0-1/1000")
        #expect(plan.fields[.contentLength] == "2")
    }

    @Test("206 with several ranges has no Content-Range of its own")
    func multipart() throws {
        let plan = plan(.get, [(.range, "bytes=0-1,10-19")])
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

    @Test("One range left of several is no multipart", arguments: ["bytes=0-1,1000-", "bytes=-0,0-1", "bytes=,0-1"])
    func singleLeft(range: String) {
        #expect(plan(.get, [(.range, range)]).content == .partial(0..<2, length: 1000))
    }

    @Test("HEAD with Range is a plain HEAD")
    func headWithRange() {
        for range in ["bytes=0-1", "bytes=1000-", "bytes=0-1,3-4", "x"] {
            #expect(dictionary(plan(.head, [(.range, range)]).fields) == Self.full)
        }
    }

    @Test("416 says the length and nothing about the file")
    func unsatisfiable() {
        let plan = plan(.get, [(.range, "bytes=1000-")])
        #expect(plan.content == .unsatisfiable(length: 1000))
        #expect(plan.status == .rangeNotSatisfiable)
        #expect(dictionary(plan.fields) == ["content-range": "bytes */1000", "accept-ranges": "bytes"])
    }

    @Test("Ignored ranges get the whole file", arguments: ["bytes=2-1", "items=0-1", "bytes=0-,0-", "bytes=+1-3", ""])
    func ignored(range: String) {
        #expect(dictionary(plan(.get, [(.range, range)]).fields) == Self.full)
    }

    @Test("An empty file is an empty 200")
    func emptyFile() {
        for range in ["bytes=0-", "bytes=-1", "bytes=0-0", "bytes=1-"] {
            let plan = plan(.get, [(.range, range)], length: 0)
            #expect(plan.content == .full(length: 0))
            #expect(plan.fields[.contentLength] == "0")
            #expect(plan.fields[.contentRange] == nil)
        }
    }

    @Test("304 keeps what a cache updates by")
    func notModified() {
        let plan = plan(.get, [(.ifNoneMatch, "\"a\""), (.range, "bytes=0-1")])
        #expect(plan.content == .notModified)
        #expect(plan.status == .notModified)
        let kept: Set<String> = ["etag", "cache-control", "vary", "content-location", "expires"]
        #expect(dictionary(plan.fields) == Self.full.filter { kept.contains($0.key) })
    }

    @Test("304 without an ETag has Last-Modified in its place")
    func notModifiedByDate() {
        let plan = plan(.get, [(.ifModifiedSince, "Sun, 06 Nov 1994 07:49:37 GMT")], tag: nil)
        #expect(plan.content == .notModified)
        #expect(plan.fields[.lastModified] == "Sun, 06 Nov 1994 07:49:37 GMT")
        #expect(plan.fields[.eTag] == nil)
    }

    @Test("412 carries nothing of the file")
    func preconditionFailed() {
        let plan = plan(.get, [(.ifMatch, "\"b\""), (.range, "bytes=1000-")])
        #expect(plan.content == .preconditionFailed)
        #expect(plan.status == .preconditionFailed)
        #expect(plan.fields.isEmpty)
    }

    @Test("If-Range decides between the part and the whole, also where the part could not be served")
    func ifRange() {
        #expect(plan(.get, [(.range, "bytes=0-1"), (.ifRange, "\"a\"")]).content == .partial(0..<2, length: 1000))
        #expect(plan(.get, [(.range, "bytes=0-1"), (.ifRange, "\"b\"")]).content == .full(length: 1000))
        #expect(plan(.get, [(.range, "bytes=1000-"), (.ifRange, "\"a\"")]).content == .unsatisfiable(length: 1000))
        #expect(plan(.get, [(.range, "bytes=1000-"), (.ifRange, "\"b\"")]).content == .full(length: 1000))
        #expect(
            plan(.get, [(.range, "bytes=0-1"), (.ifRange, "W/\"a\"")], tag: "W/\"a\"").content == .full(length: 1000)
        )
    }

    @Test("Two Range lines are no range")
    func twoLines() {
        #expect(plan(.get, [(.range, "bytes=0-1"), (.range, "bytes=2-3")]).content == .full(length: 1000))
    }
}
