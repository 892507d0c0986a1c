import MediaTesting
import Testing

/// A file of the suite's daemon with known bytes, and what a right answer to a request for it looks like.
struct ServedSample: Sendable {
    let record: Record
    let bytes: [UInt8]
    let tag: String
    let lastModified: String

    /// A text of exactly 1000 bytes: small numbers make readable cases.
    static func text(_ daemon: DaemonProcess) async throws -> ServedSample {
        let line = Array("0123456789abcdefghijklmnopqrstuvwxyz ABCDEFGHIJK\n".utf8)
        let start = Samples.text("Served.")
        let bytes = Array((start + (0..<20).flatMap { _ in line } + line).prefix(999)) + [10]
        return try await ServedSample(bytes, "collection=documents&name=\(uniqueName())", daemon)
    }

    init(_ bytes: [UInt8], _ query: String, _ daemon: DaemonProcess) async throws {
        self.bytes = bytes
        record = try await daemon.upload(bytes, query).record()
        let head = try await daemon.request("HEAD", record.url)
        tag = try #require(head["ETag"])
        lastModified = try #require(head["Last-Modified"])
    }

    var path: String { "/files/\(record.path)" }

    /// Checks a 200 with everything.
    func expectWhole(
        _ answer: ProbeResponse,
        _ comment: Comment? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(answer.status == 200, comment, sourceLocation: sourceLocation)
        #expect(answer["Content-Length"] == "\(bytes.count)", comment, sourceLocation: sourceLocation)
        #expect(answer["Content-Range"] == nil, comment, sourceLocation: sourceLocation)
        #expect(answer.body == bytes, comment, sourceLocation: sourceLocation)
        expectFields(answer, comment, sourceLocation)
    }

    /// Checks a 206 with one range (RFC 9110 section 15.3.7.1).
    func expectPart(
        _ answer: ProbeResponse,
        _ range: ClosedRange<Int>,
        _ comment: Comment? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let (first, last) = (range.lowerBound, range.upperBound)
        #expect(answer.status == 206, comment, sourceLocation: sourceLocation)
        #expect(
            answer["Content-Range"] == "bytes \(first)-\(last)/\(bytes.count)",
            comment,
            sourceLocation: sourceLocation
        )
        #expect(answer["Content-Length"] == "\(range.count)", comment, sourceLocation: sourceLocation)
        #expect(answer.body == Array(bytes[range]), comment, sourceLocation: sourceLocation)
        expectFields(answer, comment, sourceLocation)
    }

    /// Checks a 416 (RFC 9110 section 15.5.17).
    func expectUnsatisfiable(
        _ answer: ProbeResponse,
        _ comment: Comment? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(answer.status == 416, comment, sourceLocation: sourceLocation)
        #expect(answer["Content-Range"] == "bytes */\(bytes.count)", comment, sourceLocation: sourceLocation)
    }

    /// Checks a 304 (RFC 9110 section 15.4.5).
    func expectNotModified(
        _ answer: ProbeResponse,
        _ comment: Comment? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(answer.status == 304, comment, sourceLocation: sourceLocation)
        #expect(answer["ETag"] == tag, comment, sourceLocation: sourceLocation)
        #expect(answer["Cache-Control"] != nil, comment, sourceLocation: sourceLocation)
        #expect(answer["Date"] != nil, comment, sourceLocation: sourceLocation)
        #expect(answer["Content-Type"] == nil, comment, sourceLocation: sourceLocation)
        #expect(answer.body.isEmpty, comment, sourceLocation: sourceLocation)
    }

    private func expectFields(_ answer: ProbeResponse, _ comment: Comment?, _ sourceLocation: SourceLocation) {
        #expect(answer["ETag"] == tag, comment, sourceLocation: sourceLocation)
        #expect(answer["Last-Modified"] == lastModified, comment, sourceLocation: sourceLocation)
        #expect(answer["Accept-Ranges"] == "bytes", comment, sourceLocation: sourceLocation)
        #expect(answer["Content-Type"]?.hasPrefix(record.type) == true, comment, sourceLocation: sourceLocation)
        #expect(answer["X-Content-Type-Options"] == "nosniff", comment, sourceLocation: sourceLocation)
        #expect(answer["Cache-Control"] != nil, comment, sourceLocation: sourceLocation)
        #expect(answer["Date"] != nil, comment, sourceLocation: sourceLocation)
        #expect(answer.all("Content-Length").count == 1, comment, sourceLocation: sourceLocation)
    }
}
