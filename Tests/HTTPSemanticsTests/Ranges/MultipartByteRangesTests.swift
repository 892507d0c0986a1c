import HTTPSemantics
import Testing

@Suite("The framing of multipart/byteranges")
struct MultipartByteRangesTests {
    @Test("R12: bytes on the wire, Content-Type before Content-Range")
    func wireFormat() throws {
        let file = Array("abcdefghijklmnopqrstuvwxyz".utf8)
        let framing = try #require(
            MultipartByteRanges(
                ranges: [20..<26, 0..<2],
                length: 26,
                contentType: "text/plain; charset=utf-8",
                boundary: "B"
            )
        )
        var body: [UInt8] = []
        for part in framing.parts {
            body += part.header
            body += file[Int(part.range.lowerBound)..<Int(part.range.upperBound)]
        }
        body += framing.trailer
        let expected = [
            "--B", "Content-Type: text/plain; charset=utf-8", "Content-Range: bytes 20-25/26", "", "uvwxyz",
            "--B", "Content-Type: text/plain; charset=utf-8", "Content-Range: bytes 0-1/26", "", "ab",
            "--B--", "",
        ].joined(separator: "\r\n")
        #expect(String(decoding: body, as: UTF8.self) == expected)
        #expect(framing.contentLength == Int64(body.count))
        #expect(framing.contentType == "multipart/byteranges; boundary=B")
    }

    @Test("The length of ranges near the end of Int64")
    func hugeRanges() throws {
        let length = Int64.max / 2
        let framing = try #require(
            MultipartByteRanges(
                ranges: [0..<1, (length - 1)..<length],
                length: length,
                contentType: "video/mp4",
                boundary: "B"
            )
        )
        let frame = framing.parts.map(\.header.count).reduce(0, +) + framing.trailer.count
        #expect(framing.contentLength == Int64(frame) + 2)
        #expect(
            String(decoding: framing.parts[1].header, as: UTF8.self).contains(
                "bytes \(length - 1)-\(length - 1)/\(length)"
            )
        )
    }

    @Test("A body that Int64 cannot count is not framed")
    func uncountable() {
        let ranges: [Range<Int64>] = [0..<5, 6..<Int64.max]
        #expect(MultipartByteRanges(ranges: ranges, length: .max, contentType: "video/mp4") == nil)
    }

    @Test("Boundaries are legal, and differ")
    func randomBoundary() {
        let boundaries = (0..<100).map { _ in MultipartByteRanges.randomBoundary() }
        #expect(Set(boundaries).count == 100)
        #expect(boundaries.allSatisfy { $0.utf8.count == 32 && MediaTypeValue.isBoundary($0) })
    }
}
