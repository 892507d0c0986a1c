import HTTPSemantics
import HTTPTypes
import Hummingbird
import NIOCore

/// Makes responses of the page's files.
struct FrontResponder: Sendable {
    let policy: PagePolicy

    init(policy: PagePolicy) { self.policy = policy }

    /// With the origin that pictures and videos come from.
    init(_ services: FilmsServices) {
        let origin = services.settings.mediaPublicURL.flatMap { PagePolicy.origin(of: $0) }
        self.init(policy: PagePolicy(mediaOrigin: origin))
    }

    /// How long a response is good for.
    enum Freshness: String {
        /// Its address names its version.
        case forEver = "public, max-age=31536000, immutable"
        /// Each build has another content at the same address.
        case untilAsked = "no-cache"
    }

    /// The file, or `304` (RFC 9110 section 15.4.5) when the client has it, compressed where the client takes that.
    func response(_ file: FrontFile, to request: Request, _ freshness: Freshness) -> Response {
        let compressed = Gzip.isAccepted(by: request.headers[values: .acceptEncoding]) ? file.compressed : nil
        let tag = file.tag(isCompressed: compressed != nil)
        var headers: HTTPFields = [
            .cacheControl: freshness.rawValue, .xContentTypeOptions: "nosniff",
            .contentSecurityPolicy: self.policy.text,
        ]
        if let tag { headers[.eTag] = tag.description }
        if file.compressed != nil { headers[.vary] = "Accept-Encoding" }
        var fields = ConditionalFields()
        fields.ifNoneMatch = request.headers[values: .ifNoneMatch]
        let outcome = ConditionalRequest.evaluate(
            method: request.method,
            fields: fields,
            current: CurrentRepresentation(entityTag: tag),
            now: 0
        )
        if outcome == .notModified {
            return Response(status: .notModified, headers: headers, body: ResponseBody())
        }
        return self.response(file, compressed, .ok, headers, to: request)
    }

    /// The file as what is told of an address where nothing is: it has no version (RFC 9110 section 13.2.1), and depends on who asks.
    func missing(_ file: FrontFile, to request: Request) -> Response {
        let compressed = Gzip.isAccepted(by: request.headers[values: .acceptEncoding]) ? file.compressed : nil
        let headers: HTTPFields = [
            .cacheControl: "no-store", .xContentTypeOptions: "nosniff", .contentSecurityPolicy: self.policy.text,
            .vary: "Accept, Accept-Encoding",
        ]
        return self.response(file, compressed, .notFound, headers, to: request)
    }

    private func response(
        _ file: FrontFile,
        _ compressed: ByteBuffer?,
        _ status: HTTPResponse.Status,
        _ headers: HTTPFields,
        to request: Request
    ) -> Response {
        var headers = headers
        headers[.contentType] = file.type
        if compressed != nil { headers[.contentEncoding] = "gzip" }
        let body = compressed ?? file.bytes
        headers[.contentLength] = String(body.readableBytes)
        return Response(
            status: status,
            headers: headers,
            body: request.method == .head ? ResponseBody() : ResponseBody(byteBuffer: body)
        )
    }
}
