/// The framing of a `multipart/byteranges` body (RFC 9110 14.6): everything but the file's own bytes.
///
/// A sender writes, for each part, its `header` and then the bytes of its `range`, and at the end `trailer`.
/// Content-Type stands before Content-Range in every part: scripts in the wild rely on that order.
package struct MultipartByteRanges: Hashable, Sendable {
    /// One range and the bytes that go before it.
    package struct Part: Hashable, Sendable {
        /// The bytes of the representation in this part.
        package let range: Range<Int64>
        /// Delimiter, part fields and blank line.
        package let header: [UInt8]
    }

    /// The parts in the order asked.
    package let parts: [Part]

    /// The closing delimiter.
    package let trailer: [UInt8]

    /// The Content-Type of the whole response; each part carries the representation's own.
    package let contentType: String

    /// The exact length of the body in bytes, for Content-Length.
    package let contentLength: Int64

    /// Frames `ranges` of a representation.
    ///
    /// - Parameters:
    ///   - ranges: not empty ranges within `0..<length`, as ``RangeRequest/parse(_:length:limits:)`` returns them.
    ///   - length: the length of the whole representation in bytes.
    ///   - contentType: the media type of the representation, repeated in each part.
    ///   - boundary: 1 to 70 characters of RFC 2046's `bchars` that do not occur in the file. The default has 128
    ///     random bits, so that nobody can put it into a file beforehand.
    /// - Returns: nil if the body would be longer than `Int64.max`, which only ranges of almost that length are.
    package init?(ranges: [Range<Int64>], length: Int64, contentType: String, boundary: String = randomBoundary()) {
        var total: Int64 = 0
        var opening = "--"
        var parts: [Part] = []
        parts.reserveCapacity(ranges.count)
        for range in ranges {
            let header = Array(
                """
                \(opening)\(boundary)\r
                Content-Type: \(contentType)\r
                Content-Range: \(ContentRange.satisfied(range, of: length))\r
                \r

                """.utf8
            )
            opening = "\r\n--"
            parts.append(Part(range: range, header: header))
            guard let sum = total.adding(Int64(header.count))?.adding(range.upperBound - range.lowerBound) else {
                return nil
            }
            total = sum
        }
        trailer = Array("\(opening)\(boundary)--\r\n".utf8)
        self.parts = parts
        self.contentType = "multipart/byteranges; boundary=\(boundary)"
        guard let length = total.adding(Int64(trailer.count)) else { return nil }
        contentLength = length
    }

    /// A fresh boundary of 32 hexadecimal digits from the system's random source.
    package static func randomBoundary() -> String {
        var generator = SystemRandomNumberGenerator()
        var digits: [UInt8] = []
        digits.reserveCapacity(32)
        for _ in 0..<2 {
            var word: UInt64 = generator.next()
            for _ in 0..<16 {
                digits.append(UInt8(truncatingIfNeeded: word).hexadecimalDigit)
                word >>= 4
            }
        }
        return String(decoding: digits, as: UTF8.self)
    }
}

extension Int64 {
    /// The sum, nil if it overflows.
    fileprivate func adding(_ other: Int64) -> Int64? {
        let (sum, overflowed) = addingReportingOverflow(other)
        return overflowed ? nil : sum
    }
}
