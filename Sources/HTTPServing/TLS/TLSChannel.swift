import HummingbirdCore
import Logging
import NIOCore
import NIOSSL
import NIOTLS

/// One connection of TLS: HTTP/2 when the client can (ALPN, RFC 7301), else HTTP/1.1.
///
///     socket -> HandshakeGuard -> TLS -> negotiation; then HTTP1Pipeline or HTTP2Pipeline takes the negotiation's place
struct TLSChannel: ServerChildChannel, HTTPChannelHandler {
    /// The channel, and what will be spoken on it.
    struct Value: ServerChildChannelValue {
        let negotiated: EventLoopFuture<Negotiated>
        let channel: any Channel
    }

    enum Negotiated: Sendable {
        case http1(HTTP1Connection)
        case http2(HTTP2Pipeline.Connection)
    }

    let responder: HTTPChannelHandler.Responder
    let listener: TLSListener
    let limiter: ConnectionLimiter
    let http1: HTTP1Pipeline
    let http2: HTTP2Pipeline

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            let handshake = HandshakeGuard(timeout: self.listener.handshakeTimeout, limiter: self.limiter)
            try pipeline.addHandler(handshake)
            try pipeline.addHandler(NIOSSLServerHandler(context: self.listener.certificates.context))
            let negotiation = NIOTypedApplicationProtocolNegotiationHandler<Negotiated> { result, channel in
                channel.pipeline.syncOperations.removeHandler(handshake, promise: nil)
                return channel.eventLoop.makeCompletedFuture {
                    // Clients without ALPN get HTTP/1.1.
                    if case .negotiated("h2") = result {
                        return .http2(try self.http2.install(in: channel))
                    }
                    return .http1(try self.http1.install(in: channel, isEncrypted: true))
                }
            }
            try pipeline.addHandler(negotiation)
            return Value(negotiated: negotiation.protocolNegotiationResult, channel: channel)
        }
    }

    func handle(value: Value, logger: Logger) async {
        let negotiated: Negotiated
        do {
            negotiated = try await value.negotiated.get()
        } catch {
            return logger.debug("TLS handshake failed", metadata: ["error": "\(error)"])
        }
        switch negotiated {
        case .http1(let connection): await connection.serve(with: self, logger: logger)
        case .http2(let connection):
            await connection.forEachStream { stream in
                await self.handleHTTP(asyncChannel: stream, logger: logger)
            }
        }
    }
}
