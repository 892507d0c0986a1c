import HTTPSemantics
import HTTPServing
import HTTPTypes
import Hummingbird
import MediaClient
import NIOCore
import NIOHTTP1
import Primitives

/// Passes what ``Routes/proxy`` has on to mediad. Nothing of the service's own goes along: neither its key nor its cookie.
struct ProxyController {
    /// Nil where browsers reach mediad by an address of its own.
    let proxy: MediaProxy?
    let trustedProxies: TrustedAddresses

    init(_ services: FilmsServices) {
        self.proxy = services.proxy
        self.trustedProxies = services.settings.trustedProxies
    }

    func register(with handlers: inout RouteHandlers<FilmsContext>) {
        guard let proxy else {
            for route in Routes.proxy { handlers.omit(route) }
            return
        }
        for route in Routes.proxy {
            for operation in route.operations {
                handlers.on(route, operation.method) { request, context in
                    try await self.pass(request, context, by: proxy)
                }
            }
        }
    }

    private func pass(_ request: Request, _ context: FilmsContext, by proxy: MediaProxy) async throws -> Response {
        guard let admission = proxy.admit() else {
            throw FilmsError(
                .busy,
                .tooManyFiles,
                retryAfter: 2
            )
        }
        let passed = try await self.passedRequest(request, context)
        do {
            let response = try await proxy.pass(passed)
            return Self.response(response, isHead: request.method == .head, holding: admission)
        } catch {
            throw FilmsError(
                .mediaUnavailable,
                .mediaAway,
                retryAfter: 2,
                cause: error
            )
        }
    }

    private func passedRequest(_ request: Request, _ context: FilmsContext) async throws -> PassedRequest {
        let query = request.uri.query.map { "?" + $0 } ?? ""
        guard let target = PassedRequest.target(request.uri.path + query) else {
            throw FilmsError(.invalidRequest, .badPercent)
        }
        let origin = RequestOrigin(
            fields: request.headers,
            authority: request.head.authority,
            peer: IPAddress(peer: context.channel.remoteAddress),
            isTrusted: { self.trustedProxies.contains($0) },
            isSecure: request.head.scheme == "https"
        )
        var fields = HTTPHeaders()
        for field in request.headers { fields.add(name: field.name.rawName, value: field.value) }
        return PassedRequest(
            method: HTTPMethod(rawValue: request.method.rawValue),
            target: target,
            fields: fields,
            origin: .init(
                client: origin.clientAddress,
                scheme: origin.scheme,
                authority: origin.authority
            ),
            body: try await Self.body(of: request, context)
        )
    }

    /// - Returns: nil for a request without content (RFC 9112 section 6.3).
    private static func body(of request: Request, _ context: FilmsContext) async throws -> PassedRequest.Body? {
        let length = request.headers[.contentLength].flatMap { Int64($0) }
        guard request.headers[.transferEncoding] != nil || length ?? 0 > 0 else { return nil }
        try await context.channel.wantBody()
        return PassedRequest.Body(request.body, length: length)
    }

    private static func response(
        _ passed: PassedResponse,
        isHead: Bool,
        holding admission: MediaProxy.Admission
    ) -> Response {
        var fields: HTTPFields = [:]
        for (name, value) in passed.fields {
            guard let name = HTTPField.Name(name) else { continue }
            fields.append(HTTPField(name: name, value: value))
        }
        let status = HTTPResponse.Status(code: passed.status)
        let length = fields[.contentLength].flatMap { Int($0) }
        // RFC 9110 sections 6.4.1 and 15.4.5: these have no content, whatever their fields say.
        guard !isHead, passed.status != 204, passed.status != 304 else {
            var response = Response(status: status, headers: fields, body: ResponseBody())
            response.headers[.contentLength] = fields[.contentLength]
            return response
        }
        let body = ResponseBody(contentLength: length) { writer in
            for try await piece in passed.body { try await writer.write(piece) }
            try await writer.finish(nil)
            // The place among those that are passed on is given back now, not when the head was there.
            withExtendedLifetime(admission) {}
        }
        return Response(status: status, headers: fields, body: body)
    }
}
