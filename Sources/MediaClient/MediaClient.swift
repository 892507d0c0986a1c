import AsyncHTTPClient
import FoundationEssentials
import NIOCore
import NIOHTTP1

/// mediad's HTTP API, for a service that lets people in, links files and follows changes (docs/http-api.md).
///
///     let media = MediaClient(server: "http://127.0.0.1:8080", key: "mk_...")
///     let record = try await media.record(of: id)
///     await media.shutdown()
package final class MediaClient: Sendable {
    let server: String
    let key: String?
    let http: HTTPClient

    /// Bytes of a response, at most; beyond, it is none of mediad's API.
    static let maximumResponse = 16 << 20
    /// To connect, and from the request to the end of the response.
    static let timeouts: (connect: Int64, whole: Int64) = (3, 10)

    /// Opens no connection yet; end it with ``shutdown()``.
    ///
    /// - Parameters:
    ///   - server: mediad's address as this service reaches it.
    ///   - key: an API key, sent as `Bearer` with each request.
    package init(server: String, key: String?) {
        self.server = String(server.reversed().drop { $0 == "/" }.reversed())
        self.key = key
        var configuration = HTTPClient.Configuration(
            // Without a bound between two reads: a request may wait for a change, and each has a deadline.
            timeout: .init(connect: .seconds(Self.timeouts.connect))
        )
        configuration.redirectConfiguration = .disallow
        // A connection that is refused is refused at once.
        configuration.connectionPool.retryConnectionEstablishment = false
        self.http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// Closes the connections.
    package func shutdown() async { try? await self.http.shutdown() }

    /// Sends one request, and reads the response.
    ///
    /// - Parameters:
    ///   - target: path and query, percent-encoded.
    ///   - body: JSON; nil for none.
    ///   - isAnonymous: whether the key is left out, to see what everybody sees.
    ///   - accept: media types (RFC 9110 section 12.5.1); nil: any.
    /// - Throws: ``MediaClientError``.
    func send(
        _ method: HTTPMethod,
        _ target: String,
        body: [UInt8]? = nil,
        timeout: TimeAmount = .seconds(timeouts.whole),
        isAnonymous: Bool = false,
        accept: String? = nil
    ) async throws(MediaClientError) -> MediaResponse {
        var request = HTTPClientRequest(url: self.server + target)
        request.method = method
        if let key, !isAnonymous { request.headers.add(name: "Authorization", value: "Bearer \(key)") }
        if let accept { request.headers.add(name: "Accept", value: accept) }
        if let body {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(bytes: body))
        }
        do {
            let response = try await self.http.execute(request, timeout: timeout)
            let content = try await response.body.collect(upTo: Self.maximumResponse)
            return MediaResponse(status: Int(response.status.code), body: Array(content.readableBytesView))
        } catch {
            throw MediaClientError.unreachable("\(error)")
        }
    }
}

/// What mediad responded.
struct MediaResponse: Hashable, Sendable {
    var status: Int
    var body: [UInt8]

    /// Reads the content of a response with one of these statuses.
    /// - Throws: ``MediaClientError/refused(status:code:detail:)`` for any other status, `unreadable` for other content.
    func decode<Content: Decodable>(
        _ type: Content.Type,
        statuses: Set<Int> = [200]
    ) throws(MediaClientError) -> Content {
        guard statuses.contains(self.status) else { throw MediaClientError(self) }
        do {
            return try JSONDecoder().decode(type, from: Data(self.body))
        } catch {
            throw MediaClientError.unreadable("\(error)")
        }
    }
}
