import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Synchronization

/// Passes requests on to mediad as they are, and its responses back, both while they come: nothing of them is kept.
///
/// It knows no key: whoever makes the request has to bring a credential of their own.
package final class MediaProxy: Sendable {
    private let server: String
    private let prefixes: [String]
    private let maximumRequests: Int
    private let responseTimeout: TimeAmount
    private let http: HTTPClient
    private let requests = Atomic<Int>(0)
    private let reachability = Reachability()

    /// To connect; and without a byte of a response that is awaited or has begun. A file is inspected before its upload is answered.
    static let timeouts: (connect: Int64, silence: Int64) = (3, 300)

    /// Opens no connection yet; end it with ``shutdown()``.
    ///
    /// - Parameters:
    ///   - server: mediad's address as this service reaches it.
    ///   - prefixes: beginnings of the paths that are passed on; addresses there become paths in responses.
    ///   - maximumRequests: at a time; more are refused.
    ///   - responseTimeout: how long mediad may take to begin the response to a request without content. A request with content has
    ///     ``timeouts``.
    package init(server: String, prefixes: [String], maximumRequests: Int, responseTimeout: Duration) {
        self.server = String(server.reversed().drop { $0 == "/" }.reversed())
        self.prefixes = prefixes
        self.maximumRequests = maximumRequests
        self.responseTimeout = TimeAmount(responseTimeout)
        var configuration = HTTPClient.Configuration(
            timeout: .init(connect: .seconds(Self.timeouts.connect), read: .seconds(Self.timeouts.silence))
        )
        configuration.redirectConfiguration = .disallow
        configuration.decompression = .disabled
        // mediad closes connections that were idle for a minute: one that is about to be closed takes no request.
        configuration.connectionPool.idleTimeout = .seconds(20)
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = maximumRequests
        // A connection that is refused is refused at once.
        configuration.connectionPool.retryConnectionEstablishment = false
        self.http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// Closes the connections.
    package func shutdown() async { try? await self.http.shutdown() }

    /// Takes one of the places for requests; nil when all are taken. It is given back when nobody holds it any more.
    package func admit() -> Admission? {
        guard self.requests.add(1, ordering: .relaxed).newValue <= self.maximumRequests else {
            self.requests.subtract(1, ordering: .relaxed)
            return nil
        }
        return Admission(proxy: self)
    }

    /// The place of one request among those that are passed on at a time.
    package final class Admission: Sendable {
        private let proxy: MediaProxy

        fileprivate init(proxy: MediaProxy) { self.proxy = proxy }

        deinit { self.proxy.requests.subtract(1, ordering: .relaxed) }
    }

    /// Passes a request on, and returns with the head of the response. A task that is cancelled ends the request.
    ///
    /// A response that comes before the request's body has ended is final: the rest of the body is not passed on.
    /// - Throws: ``MediaClientError`` `unreachable`; at once where mediad leaves others without a response.
    package func pass(_ request: PassedRequest) async throws(MediaClientError) -> PassedResponse {
        var outgoing = HTTPClientRequest(url: self.server + request.target)
        outgoing.method = request.method
        outgoing.headers = PassedFields.request(request.fields, from: request.origin)
        guard let body = request.body else { return try await self.pass(outgoing) }
        do {
            let relay = BodyRelay()
            outgoing.body = .stream(relay, length: body.length.map { .known($0) } ?? .unknown)
            let response = try await self.execute(outgoing, body, through: relay)
            self.reachability.responded()
            return self.response(response)
        } catch {
            throw MediaClientError.unreachable("\(error)")
        }
    }

    /// Without content, so that nothing but mediad can make it last.
    private func pass(_ request: HTTPClientRequest) async throws(MediaClientError) -> PassedResponse {
        guard self.reachability.begin() else {
            throw MediaClientError.unreachable("It left another request without a response; that is tried again.")
        }
        do {
            let response = try await self.http.execute(request, timeout: self.responseTimeout)
            self.reachability.responded()
            return self.response(response)
        } catch {
            if Task.isCancelled { self.reachability.gaveUp() } else { self.reachability.failed() }
            throw MediaClientError.unreachable("\(error)")
        }
    }

    private func execute(
        _ request: HTTPClientRequest,
        _ body: PassedRequest.Body,
        through relay: BodyRelay
    ) async throws -> HTTPClientResponse {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await Self.read(body.bytes, into: relay) }
            defer {
                relay.close()
                group.cancelAll()
            }
            return try await withTaskCancellationHandler {
                try await self.http.execute(request, deadline: .distantFuture)
            } onCancel: {
                relay.close()
            }
        }
    }

    private static func read(_ bytes: any AsyncSequence<ByteBuffer, any Error>, into relay: BodyRelay) async {
        do {
            for try await piece in bytes {
                guard await relay.send(.success(piece)) else { return }
            }
            // A body that ends because nobody reads it any more is not whole.
            try Task.checkCancellation()
            _ = await relay.send(.success(nil))
        } catch {
            _ = await relay.send(.failure(error))
        }
    }

    private func response(_ response: HTTPClientResponse) -> PassedResponse {
        PassedResponse(
            status: Int(response.status.code),
            fields: PassedFields.response(response.headers, passing: self.prefixes),
            body: response.body
        )
    }
}
