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

    /// Whether everybody may read a file, also without a signature.
    package func isReadableByAll(_ file: MediaFile) async throws(MediaClientError) -> Bool {
        // Its own type: of a HEIC mediad would first make a picture that every browser shows.
        let response = try await self.send(.HEAD, file.url, isAnonymous: true, accept: file.type)
        switch response.status {
        case 200..<400: return true
        case 401, 403, 404: return false
        default: throw MediaClientError(response)
        }
    }
}
