import NIOHTTP1

extension MediaClient {
    /// The record of a file (docs/http-api.md, "Records").
    ///
    /// - Parameter id: a UUID.
    /// - Returns: nil when there is no such file, or none that the key may see.
    package func record(of id: String) async throws(MediaClientError) -> MediaFile? {
        let response = try await self.send(.GET, "/api/media/\(id)")
        if response.status == 404 { return nil }
        return try response.decode(MediaFile.self)
    }

    /// Whether everybody may read the file at an address, also without a signature.
    ///
    /// - Parameter url: as records have it.
    package func isReadableByAll(_ url: String) async throws(MediaClientError) -> Bool {
        let response = try await self.send(.HEAD, url, isAnonymous: true)
        switch response.status {
        case 200..<400: return true
        case 401, 403, 404: return false
        default: throw MediaClientError(response)
        }
    }
}
