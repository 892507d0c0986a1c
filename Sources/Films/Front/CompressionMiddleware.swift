import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization

/// Compresses JSON on the way (RFC 9110 section 8.4.1.3) where the client takes that and it is worth it: whole responses only, never
/// streams.
///
/// Entity tags stay as they are: they say which record it is, clients send them back in `If-Match`, and no cache keeps the responses.
struct CompressionMiddleware: RouterMiddleware {
    typealias Context = FilmsContext

    /// Shorter content fits into one packet anyway.
    static let minimumBytes = 1024

    func handle(
        _ request: Request,
        context: FilmsContext,
        next: (Request, FilmsContext) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        guard Self.isWorthIt(response) else { return response }
        response.headers[.vary] = response.headers[.vary].map { $0 + ", Accept-Encoding" } ?? "Accept-Encoding"
        guard Gzip.isAccepted(by: request.headers[values: .acceptEncoding]) else { return response }
        let content = CollectedBody()
        try await response.body.write(content)
        let whole = content.bytes.withLock { $0 }
        // The body is written once: whatever becomes of it is written from the copy.
        let compressed = Gzip.compress(whole, .least)
        if compressed != nil { response.headers[.contentEncoding] = "gzip" }
        let body = compressed ?? whole
        response.headers[.contentLength] = String(body.readableBytes)
        response.body = ResponseBody(byteBuffer: body)
        return response
    }

    private static func isWorthIt(_ response: Response) -> Bool {
        guard let length = response.body.contentLength, length >= Self.minimumBytes, length <= Gzip.maximumBytes,
            response.headers[.contentEncoding] == nil, let type = response.headers[.contentType]
        else { return false }
        return type.hasPrefix("application/json") || type.hasPrefix("application/problem+json")
    }
}

/// Takes a response's content into memory; its length is known and bounded before.
final class CollectedBody: ResponseBodyWriter, Sendable {
    let bytes = Mutex(ByteBuffer())

    func write(_ buffer: ByteBuffer) async throws { self.bytes.withLock { _ = $0.writeImmutableBuffer(buffer) } }

    func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
