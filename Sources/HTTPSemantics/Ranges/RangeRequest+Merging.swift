extension RangeRequest {
    /// Makes one range of those that share bytes, so that no byte is sent twice (RFC 9110 15.3.7.2, 17.15).
    ///
    /// The union stands where the first of them stood, which keeps the order of what was asked. Ranges that only touch, or
    /// have a small gap between them, stay apart: the client gets the parts that it asked for.
    ///
    /// - Parameter ranges: not empty ones, in the order asked; few, since each is compared with those before it.
    static func merging(_ ranges: [Range<Int64>]) -> [Range<Int64>] {
        guard ranges.count > 1 else { return ranges }
        // These share nothing with each other. So what a new range grows by overlaps none but those it grew by.
        var apart: [Range<Int64>] = []
        for range in ranges {
            guard let first = apart.firstIndex(where: { $0.overlaps(range) }) else {
                apart.append(range)
                continue
            }
            var union = range
            for other in apart[first...] where other.overlaps(range) { union = union.joined(with: other) }
            apart[first] = union
            // Later ones that the union took in; it contains them.
            apart = apart[...first] + apart[(first + 1)...].filter { !$0.overlaps(union) }
        }
        return apart
    }
}

extension Range<Int64> {
    /// The smallest range that contains both.
    fileprivate func joined(with other: Range) -> Range {
        Swift.min(lowerBound, other.lowerBound)..<Swift.max(upperBound, other.upperBound)
    }
}
