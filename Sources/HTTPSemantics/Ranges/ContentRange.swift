/// Content-Range values (RFC 9110 14.4).
package enum ContentRange {
    /// `bytes 0-499/1234`, for a 206 and its parts; `range` must not be empty.
    package static func satisfied(_ range: Range<Int64>, of length: Int64) -> String {
        "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(length)"
    }

    /// `bytes */1234`, for a 416.
    package static func unsatisfied(length: Int64) -> String {
        "bytes */\(length)"
    }
}
