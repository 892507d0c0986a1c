package import HTTPTypes

/// Evaluates the preconditions of a request (RFC 9110 13).
///
/// Call it only when the response without preconditions would be a 2xx: in front of a 404 or a 401 they are ignored
/// (RFC 9110 13.2.1).
package enum ConditionalRequest {
    /// What the preconditions decide.
    package enum Outcome: Hashable, Sendable {
        /// Perform the method. `honoursRange` says whether a Range field still counts; false without one.
        case proceed(honoursRange: Bool)
        /// 304: the client's copy is current.
        case notModified
        /// 412: the representation is not the one the client meant.
        case preconditionFailed
    }

    /// Evaluates in the order of RFC 9110 13.2.2.
    ///
    /// - Parameters:
    ///   - method: CONNECT, OPTIONS and TRACE ignore conditions; only GET honours a range.
    ///   - fields: the request's conditional fields.
    ///   - current: the current representation's validators; nil if there is none (a PUT that would create).
    ///   - now: the Date of the response in seconds since the epoch.
    package static func evaluate(
        method: HTTPRequest.Method,
        fields: ConditionalFields,
        current: CurrentRepresentation?,
        now: Int64
    ) -> Outcome {
        if method == .connect || method == .options || method == .trace { return .proceed(honoursRange: false) }
        if !fields.ifMatch.isEmpty {
            guard EntityTagList(fieldLines: fields.ifMatch).stronglyMatches(current) else { return .preconditionFailed }
        } else if let date = date(fields.ifUnmodifiedSince, now), let modified = current?.lastModified {
            guard modified <= date else { return .preconditionFailed }
        }
        let reads = method == .get || method == .head
        if !fields.ifNoneMatch.isEmpty {
            if EntityTagList(fieldLines: fields.ifNoneMatch).weaklyMatches(current) {
                return reads ? .notModified : .preconditionFailed
            }
        } else if reads, let date = date(fields.ifModifiedSince, now), let modified = current?.lastModified {
            if modified <= date { return .notModified }
        }
        guard method == .get, fields.range != nil else { return .proceed(honoursRange: false) }
        return .proceed(honoursRange: honoursRange(fields.ifRange, current: current, now: now))
    }

    /// If-Range (RFC 9110 13.1.5): absent, or exactly one strong validator that equals the current one.
    ///
    /// A tag must be strong on both sides. A date must be strong in the sense of 8.8.2.2, that is at least a second
    /// older than the Date of this response, and equal Last-Modified; earlier or later will not do.
    static func honoursRange(_ value: String?, current: CurrentRepresentation?, now: Int64) -> Bool {
        guard let value else { return true }
        if let tag = EntityTag(parsing: value) { return current?.entityTag?.stronglyMatches(tag) ?? false }
        guard let date = date(value, now), let modified = current?.lastModified else { return false }
        return date == modified && modified < now
    }

    /// An invalid date is as good as no field (RFC 9110 13.1.3-13.1.4).
    private static func date(_ value: String?, _ now: Int64) -> Int64? {
        value.flatMap { HTTPDate.parse($0, now: now) }
    }
}
