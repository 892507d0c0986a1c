import AsyncHTTPClient
import Credentials
import NIOCore
import NIOHTTP1

/// A JSON Web Key Set at a URL. Redirections are not followed: they would lead elsewhere than the configuration says.
struct KeySetAddress: Sendable {
    let url: String
    private let http: HTTPClient

    /// Of a whole download.
    static let timeout = TimeAmount.seconds(10)

    /// Whoever makes one closes it.
    init(url: String) {
        self.url = url
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.timeout.connect = .seconds(5)
        // A proxy of the environment is none of the configuration.
        configuration.proxy = nil
        self.http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// - Throws: for what is not a 200 with at most ``KeySet/maximumLengthBytes`` bytes within ``timeout``.
    func read() async throws -> [UInt8] {
        var request = HTTPClientRequest(url: self.url)
        request.headers = ["accept": "application/jwk-set+json, application/json", "user-agent": "mediad"]
        let response = try await self.http.execute(request, timeout: Self.timeout)
        guard response.status == .ok else { throw UnexpectedStatus(code: response.status.code) }
        let body = try await response.body.collect(upTo: KeySet.maximumLengthBytes)
        return Array(body.readableBytesView)
    }

    /// Ends all connections.
    func close() async { try? await self.http.shutdown() }

    private struct UnexpectedStatus: Error, CustomStringConvertible {
        let code: UInt
        var description: String { "the response has the status \(code)" }
    }
}
