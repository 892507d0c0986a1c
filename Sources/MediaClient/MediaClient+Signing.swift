import FoundationEssentials
import NIOHTTP1

/// Addresses that let whoever has them read, until they end (docs/signed-addresses.md).
package struct SignedAddresses: Hashable, Sendable, Decodable {
    /// In the order in which they were asked for.
    package var urls: [String]
    /// RFC 3339. Rounded up by mediad, so that those who ask at about the same time get the same addresses.
    package var expiresAt: String
}

extension MediaClient {
    /// How many addresses one request may have.
    package static let maximumSignedAddresses = 1000

    /// Signs addresses of files that the key may read.
    ///
    /// - Parameters:
    ///   - urls: paths below `/files/`, at most ``maximumSignedAddresses``.
    ///   - seconds: how long they are good.
    package func sign(_ urls: [String], seconds: Int) async throws(MediaClientError) -> SignedAddresses {
        let body = (try? JSONEncoder().encode(Body(urls: urls, expiresIn: seconds))).map { Array($0) }
        let signed = try await self.send(.POST, "/api/sign", body: body).decode(SignedAddresses.self)
        guard signed.urls.count == urls.count else {
            throw MediaClientError.unreadable("\(signed.urls.count) addresses for \(urls.count)")
        }
        return signed
    }

    private struct Body: Encodable {
        var urls: [String]
        var expiresIn: Int
    }
}
