package import HTTPTypes

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

    /// Collects the fields in one pass.
    package init(_ fields: HTTPFields) {
        for field in fields {
            // Most fields of a request begin with neither letter; this spares them six comparisons.
            switch field.name.canonicalName.utf8.first {
            case UInt8(ascii: "i"): add(field)
            case UInt8(ascii: "r") where field.name == .range: Self.join(&range, field.value)
            default: continue
            }
        }
    }

    /// Whether no field is present: the answer is a plain 200.
    package var isEmpty: Bool {
        ifMatch.isEmpty && ifNoneMatch.isEmpty && ifModifiedSince == nil && ifUnmodifiedSince == nil
            && ifRange == nil && range == nil
    }

    private mutating func add(_ field: HTTPField) {
        switch field.name {
        case .ifMatch: ifMatch.append(field.value)
        case .ifNoneMatch: ifNoneMatch.append(field.value)
        case .ifModifiedSince: Self.join(&ifModifiedSince, field.value)
        case .ifUnmodifiedSince: Self.join(&ifUnmodifiedSince, field.value)
        case .ifRange: Self.join(&ifRange, field.value)
        default: break
        }
    }

    /// Joins field lines as RFC 9110 5.3 says.
    private static func join(_ value: inout String?, _ line: String) {
        if let present = value { value = "\(present), \(line)" } else { value = line }
    }
}
