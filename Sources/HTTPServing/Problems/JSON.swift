import FoundationEssentials
package import HTTPTypes
package import Hummingbird
package import NIOCore

/// JSON as our APIs write it: names in their order, slashes as they are.
package enum JSON {
    /// - Throws: what the value's `encode(to:)` throws.
    package static func encode(_ value: some Encodable) throws -> ByteBuffer {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
        return ByteBuffer(bytes: try encoder.encode(value))
    }

    /// A response that no cache keeps.
    package static func response(
        _ value: some Encodable,
        status: HTTPResponse.Status = .ok
    ) throws -> Response {
        self.response(encoded: try self.encode(value), status: status)
    }

    /// A response that no cache keeps, of JSON that is encoded already.
    package static func response(encoded json: ByteBuffer, status: HTTPResponse.Status = .ok) -> Response {
        let headers: HTTPFields = [
            .contentType: "application/json", .cacheControl: "no-store", .xContentTypeOptions: "nosniff",
        ]
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: json))
    }
}
