import HTTPServing
package import HTTPTypes
package import Hummingbird
import NIOCore

/// JSON that is text already: records come ready from the database, so that a page of them costs no encoding.
package enum ReadyJSON {
    /// A response of JSON text that no cache keeps.
    ///
    /// - Parameters:
    ///   - tag: of the record, for `ETag`: then a cache may keep it, and has to ask before each use.
    ///   - fields: further header fields.
    package static func response(
        _ text: String,
        status: HTTPResponse.Status = .ok,
        tag: String? = nil,
        fields: HTTPFields = [:]
    ) -> Response {
        Self.response(ByteBuffer(string: text), status: status, tag: tag, fields: fields)
    }

    static func response(
        _ bytes: ByteBuffer,
        status: HTTPResponse.Status = .ok,
        tag: String? = nil,
        fields: HTTPFields = [:]
    ) -> Response {
        var headers = fields
        headers[.contentType] = "application/json"
        headers[.cacheControl] = tag == nil ? "no-store" : "private, no-cache"
        headers[.xContentTypeOptions] = "nosniff"
        if let tag { headers[.eTag] = tag }
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: bytes))
    }

    /// What a client that has the record already gets (RFC 9110 section 15.4.5).
    static func notModified(tag: String) -> Response {
        Response(
            status: .notModified,
            headers: [.eTag: tag, .cacheControl: "private, no-cache"]
        )
    }

    /// A value as JSON.
    static func text(_ value: JSONValue) -> String {
        // What came from JSON can be written as JSON.
        (try? JSON.encode(value)).map { String(buffer: $0) } ?? "null"
    }

    /// `[a,b]`
    static func array(_ values: [String]) -> String { "[" + values.joined(separator: ",") + "]" }
}
