import HTTPTypes
package import Hummingbird
package import NIOCore
import NIOHTTP1
import NIOWebSocket

/// The opening handshake of WebSocket (RFC 6455 section 4.2), as the response of a route. No extension is agreed on, so nothing is
/// compressed, and no subprotocol.
package enum WebSocketUpgrade {
    /// The response that makes the request's connection one of WebSocket.
    ///
    /// - Parameters:
    ///   - channel: of the request.
    ///   - begin: makes the application. Called once, on the connection's event loop.
    /// - Throws: ``WebSocketRefusal``.
    package static func response(
        to request: Request,
        on channel: any Channel,
        limits: WebSocketLimits = WebSocketLimits(),
        begin: @escaping @Sendable (WebSocketConnection) -> any WebSocketApplication
    ) async throws -> Response {
        guard self.isAsked(request) else { throw WebSocketRefusal.upgradeRequired }
        guard request.headers[values: .secWebSocketVersion] == ["13"] else { throw WebSocketRefusal.version }
        let keys = request.headers[values: .secWebSocketKey]
        guard keys.count == 1, let key = keys.first, Self.isKey(key) else { throw WebSocketRefusal.key }
        let accept = try await self.accept(key, channel)
        let headers: HTTPFields = [.upgrade: "websocket", .connection: "Upgrade", .secWebSocketAccept: accept]
        let body = ResponseBody { _ in
            try await channel.triggerUserOutboundEvent(
                ConnectionTakeover { WebSocketHandler(connection: $0.connection, limits: limits, begin: begin) }
            ).get()
            throw ConnectionTaken()
        }
        return Response(status: .switchingProtocols, headers: headers, body: body)
    }

    /// Whether the request asks for WebSocket. In HTTP/2 none does: nobody offers it (RFC 8441).
    private static func isAsked(_ request: Request) -> Bool {
        request.method == .get
            && request.headers[values: .upgrade].contains { value in
                value.split(separator: ",").contains { $0.filter { $0 != " " }.lowercased() == "websocket" }
            }
    }

    /// Base64 of 16 bytes.
    private static func isKey(_ key: String) -> Bool {
        key.utf8.count == 24 && key.hasSuffix("==")
            && key.utf8.dropLast(2).allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"):
                    true
                default: false
                }
            }
    }

    /// NIO's own: the SHA-1 that RFC 6455 section 4.2.2 asks for.
    private static func accept(_ key: String, _ channel: any Channel) async throws -> String {
        let upgrader = NIOWebSocketServerUpgrader(
            shouldUpgrade: { channel, _ in channel.eventLoop.makeSucceededFuture([:]) },
            upgradePipelineHandler: { channel, _ in channel.eventLoop.makeSucceededVoidFuture() }
        )
        let head = HTTPRequestHead(
            version: .http1_1,
            method: .GET,
            uri: "/",
            headers: ["Sec-WebSocket-Key": key, "Sec-WebSocket-Version": "13"]
        )
        let headers = try await channel.eventLoop.flatSubmit {
            upgrader.buildUpgradeResponse(channel: channel, upgradeRequest: head, initialResponseHeaders: [:])
        }.get()
        guard let accept = headers.first(name: "Sec-WebSocket-Accept") else { throw WebSocketRefusal.key }
        return accept
    }
}

/// Why a request does not become a connection of WebSocket.
package enum WebSocketRefusal: Error {
    /// It does not ask for it, or by a version of HTTP in which that is not offered.
    case upgradeRequired
    /// Another version of WebSocket than 13.
    case version
    /// No `Sec-WebSocket-Key`, several, or one that is none.
    case key
}

extension WebSocketRefusal: ProblemConvertible {
    /// 426 with what to use (RFC 9110 section 15.5.22), or 400.
    package var problem: Problem {
        switch self {
        case .upgradeRequired:
            Problem(
                .upgradeRequired,
                code: "invalid_request",
                "This URL speaks WebSocket over HTTP/1.1; the request does not ask for it (Upgrade: websocket)."
            )
        case .version:
            Problem(.upgradeRequired, code: "invalid_request", "Only version 13 of WebSocket is supported.")
        case .key:
            Problem(
                .badRequest,
                code: "invalid_request",
                "Sec-WebSocket-Key must be there once, with 16 bytes in base64."
            )
        }
    }

    /// RFC 6455 section 4.2.2, RFC 9110 section 7.8.
    package var fields: HTTPFields {
        switch self {
        case .upgradeRequired: [.upgrade: "websocket", .connection: "Upgrade"]
        case .version: [.secWebSocketVersion: "13"]
        case .key: [:]
        }
    }
}
