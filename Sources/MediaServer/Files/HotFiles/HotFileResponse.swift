import HTTPSemantics
import HTTPTypes
import MediaCore

/// What a plain request for a file that is in memory gets, before it is encoded for HTTP/1.1 or HTTP/2.
struct HotFileResponse {
    enum Head {
        /// A `200` like that of any other request for the file.
        case plain
        /// A `206` with one range, likewise.
        case partial(Range<Int64>)
        case other(HTTPResponse.Status, HTTPFields)
    }

    let head: Head
    /// Which bytes of the file follow; empty for none.
    let range: Range<Int64>

    var status: Int {
        switch self.head {
        case .plain: 200
        case .partial: 206
        case .other(let status, _): status.code
        }
    }

    /// - Parameters:
    ///   - current: what it is now, where it changes with time.
    ///   - now: seconds since 1970.
    /// - Returns: nil when the response is one of those that the router makes: several ranges, refusals with a problem document, and those
    ///   of a file from the future, whose encoded `Last-Modified` is later than `Date` (RFC 9110 section 8.8.2.1).
    init?(_ request: SimpleRequest, file: HotFile, current: Representation? = nil, now: Int64) {
        if let modified = file.representation.validators.lastModified, modified > now { return nil }
        if request.conditions.isEmpty, request.keepsAlive, !request.wantsReprDigest {
            self.head = .plain
            // Not by a copy of the representation, whose texts would be retained for it.
            self.range = request.isHead ? 0..<0 : 0..<file.representation.length
            return
        }
        let representation = current ?? file.representation
        let content = ServingPlan.content(
            method: request.isHead ? .head : .get,
            fields: request.conditions,
            representation: representation,
            now: now
        )
        let range: Range<Int64>
        switch content {
        case .full(let length): range = 0..<length
        case .partial(let part, _): range = part
        case .notModified: range = 0..<0
        case .multipart, .preconditionFailed, .unsatisfiable: return nil
        }
        self.range = request.isHead ? 0..<0 : range
        if case .partial = content, request.keepsAlive, !request.wantsReprDigest {
            self.head = .partial(range)
            return
        }
        var fields = representation.fields(for: content)
        if request.wantsReprDigest, content != .notModified, let digest = file.digest {
            fields[.reprDigest] = DigestFields.value(sha256: digest.bytes)
        }
        self.head = .other(content.status, fields)
    }
}
