import HTTPSemantics
import MediaCore
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// One request over one connection, to one of several addresses.
struct WebhookConnection: Sendable {
    let message: WebhookMessage
    /// Nil: without TLS.
    let tls: NIOSSLContext?
    let connectTimeout: Duration
    let responseLength: Int
    let eventLoopGroup: any EventLoopGroup

    /// What is known of a response.
    struct Response: Hashable, Sendable {
        var status: Int
        var retryAfter: String?
    }

    /// Sends the message and reads as much of the response as there is to know. Cancelling the task closes the connection.
    ///
    /// The next address is tried only where the one before took no connection: then the message was not sent.
    func exchange(with addresses: [SocketAddress]) async throws(WebhookFailure) -> Response {
        var failure = WebhookFailure.unreachable
        for address in addresses {
            let (channel, exchange): (any Channel, EventLoopFuture<Response>)
            do throws(WebhookFailure) {
                (channel, exchange) = try await self.connect(to: address)
            } catch {
                failure = error
                guard error == .unreachable, !Task.isCancelled else { break }
                continue
            }
            return try await self.response(exchange, channel)
        }
        throw Task.isCancelled ? .interrupted : failure
    }

    private func connect(
        to address: SocketAddress
    ) async throws(WebhookFailure) -> (any Channel, EventLoopFuture<Response>) {
        let eventLoop = self.eventLoopGroup.next()
        let promise = eventLoop.makePromise(of: Response.self)
        let (message, tls, responseLength) = (self.message, self.tls, self.responseLength)
        // A promise that nobody completes any more would be a defect; this one may be completed twice.
        let connecting = ClientBootstrap(group: eventLoop)
            .connectTimeout(.nanoseconds(Int64(self.connectTimeout.inSeconds * 1e9)))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if let tls {
                        // The name of the URL is verified, and sent; for an address there is nothing to send (RFC 6066 section 3).
                        let name = IPAddress(message.url.host) == nil ? message.url.host : nil
                        try pipeline.addHandler(try NIOSSLClientHandler(context: tls, serverHostname: name))
                    }
                    try pipeline.addHandler(ResponseLengthLimit(maximum: responseLength))
                    try pipeline.addHTTPClientHandlers(leftOverBytesStrategy: .dropBytes)
                    try pipeline.addHandler(WebhookExchange(message: message, isTLS: tls != nil, promise: promise))
                }
            }
            .connect(to: address)
        do {
            return (try await connecting.get(), promise.futureResult)
        } catch {
            promise.fail(WebhookFailure.unreachable)
            throw .unreachable
        }
    }

    private func response(
        _ exchange: EventLoopFuture<Response>,
        _ channel: any Channel
    ) async throws(WebhookFailure) -> Response {
        let outcome: Result<Response, any Error> = await withTaskCancellationHandler {
            do {
                return .success(try await exchange.get())
            } catch {
                return .failure(error)
            }
        } onCancel: {
            channel.close(promise: nil)
        }
        channel.close(promise: nil)
        switch outcome {
        case .success(let response): return response
        case .failure(let error as WebhookFailure): throw Task.isCancelled ? .interrupted : error
        case .failure: throw Task.isCancelled ? .interrupted : .broken
        }
    }
}
