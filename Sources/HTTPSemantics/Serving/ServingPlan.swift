package import HTTPTypes

/// How to respond to a GET or HEAD for a file that exists: the status, the fields and which bytes.
package struct ServingPlan: Sendable {
    /// The content of the response. A HEAD gets the same fields and no content.
    package enum Content: Hashable, Sendable {
        /// 200 with the whole representation.
        case full(length: Int64)
        /// 206 with one range.
        case partial(Range<Int64>, length: Int64)
        /// 206 with several ranges.
        case multipart(MultipartByteRanges, length: Int64)
        /// 304.
        case notModified
        /// 412. The caller may add a problem document.
        case preconditionFailed
        /// 416. The caller may add a problem document.
        case unsatisfiable(length: Int64)

        /// The status that goes with it.
        package var status: HTTPResponse.Status {
            switch self {
            case .full: .ok
            case .partial, .multipart: .partialContent
            case .notModified: .notModified
            case .preconditionFailed: .preconditionFailed
            case .unsatisfiable: .rangeNotSatisfiable
            }
        }
    }

    /// Which bytes follow.
    package let content: Content

    /// The response fields. Date is left to the server, and a problem document's own fields to whoever writes it.
    package let fields: HTTPFields

    /// The status that goes with ``content``.
    package var status: HTTPResponse.Status { content.status }

    /// Plans the response to a request for `representation`.
    ///
    /// - Parameters:
    ///   - method: GET or HEAD. HEAD ignores Range (RFC 9110 14.2).
    ///   - fields: the request's conditional fields.
    ///   - representation: the one version of the file whose bytes will be sent.
    ///   - now: the Date of the response in seconds since the epoch.
    ///   - limits: bounds on sets of ranges.
    package static func make(
        method: HTTPRequest.Method,
        fields: ConditionalFields,
        representation: Representation,
        now: Int64,
        limits: RangeLimits = RangeLimits()
    ) -> ServingPlan {
        let content = content(
            method: method,
            fields: fields,
            representation: representation,
            now: now,
            limits: limits
        )
        return ServingPlan(content: content, fields: representation.fields(for: content))
    }

    /// Plans the response to a request with these header fields.
    package static func make(
        method: HTTPRequest.Method,
        headers: HTTPFields,
        representation: Representation,
        now: Int64,
        limits: RangeLimits = RangeLimits()
    ) -> ServingPlan {
        make(
            method: method,
            fields: ConditionalFields(headers),
            representation: representation,
            now: now,
            limits: limits
        )
    }

    /// What is sent, without the header fields; for a driver that has those encoded already.
    package static func content(
        method: HTTPRequest.Method,
        fields: ConditionalFields,
        representation: Representation,
        now: Int64,
        limits: RangeLimits = RangeLimits()
    ) -> Content {
        let length = representation.length
        if fields.isEmpty { return .full(length: length) }
        let validators = representation.validators
        switch ConditionalRequest.evaluate(method: method, fields: fields, current: validators, now: now) {
        case .preconditionFailed: return .preconditionFailed
        case .notModified: return .notModified
        case .proceed(honoursRange: false): return .full(length: length)
        case .proceed(honoursRange: true): break
        }
        switch RangeRequest.parse(fields.range, length: length, limits: limits) {
        case .none, .ignored: return .full(length: length)
        case .unsatisfiable: return .unsatisfiable(length: length)
        case .ranges(let ranges):
            // A single range never travels as multipart (RFC 9110 15.3.7.2), also if others were dropped.
            if ranges.count == 1 { return .partial(ranges[0], length: length) }
            guard
                let multipart = MultipartByteRanges(
                    ranges: ranges,
                    length: length,
                    contentType: representation.contentType
                )
            else { return .full(length: length) }
            return .multipart(multipart, length: length)
        }
    }
}
