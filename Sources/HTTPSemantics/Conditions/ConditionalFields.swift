/// The request fields that decide between 200, 206, 304, 412 and 416, as they were received.
///
/// They are a value of their own so that a driver which reads fields from raw bytes needs no `HTTPFields`.
package struct ConditionalFields: Hashable, Sendable {
    /// Lines of If-Match; empty if absent.
    package var ifMatch: [String] = []
    /// Lines of If-None-Match; empty if absent.
    package var ifNoneMatch: [String] = []
    /// If-Modified-Since; nil if absent. Several lines joined with a comma, which no date survives.
    package var ifModifiedSince: String?
    /// If-Unmodified-Since, likewise.
    package var ifUnmodifiedSince: String?
    /// If-Range, likewise.
    package var ifRange: String?
    /// Range, likewise.
    package var range: String?

    /// No conditions and no range.
    package init() {}

    /// Whether no field is present: the response is a plain 200.
    package var isEmpty: Bool {
        ifMatch.isEmpty && ifNoneMatch.isEmpty && ifModifiedSince == nil && ifUnmodifiedSince == nil
            && ifRange == nil && range == nil
    }

    /// One of the fields.
    enum Field {
        case ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince, ifRange, range
    }

    /// Adds the value of one field line, whitespace around it already removed.
    mutating func add(_ value: String, to field: Field) {
        switch field {
        case .ifMatch: ifMatch.append(value)
        case .ifNoneMatch: ifNoneMatch.append(value)
        case .ifModifiedSince: Self.join(&ifModifiedSince, value)
        case .ifUnmodifiedSince: Self.join(&ifUnmodifiedSince, value)
        case .ifRange: Self.join(&ifRange, value)
        case .range: Self.join(&range, value)
        }
    }

    /// Joins field lines as RFC 9110 5.3 says.
    private static func join(_ value: inout String?, _ line: String) {
        if let present = value { value = "\(present), \(line)" } else { value = line }
    }
}
