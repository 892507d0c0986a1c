/// What a Range field asks of a representation of known length (RFC 9110 14.1-14.2).
package enum RangeRequest: Hashable, Sendable {
    /// No Range field.
    case none
    /// A Range field that counts as absent.
    case ignored(IgnoredReason)
    /// A valid set of which no range overlaps the representation: 416 (RFC 9110 15.5.17).
    case unsatisfiable
    /// At least one range, in the order asked, clipped to the length, none empty and none overlapping another;
    /// unsatisfiable members left out.
    case ranges([Range<Int64>])

    /// Why a Range field is ignored (RFC 9110 14.2 allows or demands each).
    package enum IgnoredReason: Hashable, Sendable {
        /// A unit other than `bytes`: must be ignored.
        case unknownUnit
        /// Not `ranges-specifier`, or a member whose last position is before its first. One bad member spoils the set.
        case malformed
        /// More members than ``RangeLimits/maximumRanges`` (RFC 9110 17.15).
        case tooManyRanges
        /// Jumps back and forth more often than ``RangeLimits/maximumReversals`` (RFC 9110 17.15).
        case outOfOrder
        /// Together longer than the representation: overlapping ranges used to multiply the work (CVE-2011-3192).
        case exceedsLength
        /// The representation has no bytes: the empty 200 serves better than a 416.
        case emptyRepresentation
    }

    /// The ranges if there are any to serve, else nil.
    package var satisfiable: [Range<Int64>]? {
        if case .ranges(let ranges) = self { ranges } else { nil }
    }
}

/// Bounds on a set of ranges, against requests that cost the server more than the client (RFC 9110 17.15).
package struct RangeLimits: Hashable, Sendable {
    /// The most members of one set, satisfiable or not; above it the field is ignored.
    package var maximumRanges: Int

    /// How often a range may begin before the one that was asked just before it; above it the field is ignored.
    package var maximumReversals: Int

    package init(maximumRanges: Int = 100, maximumReversals: Int = 16) {
        self.maximumRanges = maximumRanges
        self.maximumReversals = maximumReversals
    }
}
