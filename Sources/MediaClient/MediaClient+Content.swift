import AsyncHTTPClient
package import NIOCore
import NIOHTTP1

/// Some bytes of a file.
package struct MediaPiece: Hashable, Sendable {
    package var bytes: ByteBuffer
    /// The size of the whole file.
    package var total: Int64
    /// Its entity tag: a piece of another version has another.
    package var tag: String?
}

extension MediaClient {
    /// Bytes of a piece, at most.
    package static let pieceLength: Int64 = 4 << 20

    /// Reads a piece of a file by a range request, so that a reader may pause between pieces for as long as it likes.
    ///
    /// - Parameters:
    ///   - target: path and query below mediad's address.
    ///   - offset: of the first byte.
    ///   - tag: of the pieces before: a file of another version is refused.
    /// - Throws: ``MediaClientError``, for an empty file too.
    package func piece(of target: String, from offset: Int64, tag: String?) async throws(MediaClientError) -> MediaPiece
    {
        var request = HTTPClientRequest(url: self.server + target)
        if let key { request.headers.add(name: "Authorization", value: "Bearer \(key)") }
        request.headers.add(name: "Range", value: "bytes=\(offset)-\(offset + Self.pieceLength - 1)")
        if let tag { request.headers.add(name: "If-Match", value: tag) }
        let response: HTTPClientResponse
        let bytes: ByteBuffer
        do {
            response = try await self.http.execute(request, timeout: .seconds(60))
            bytes = try await response.body.collect(upTo: Int(Self.pieceLength) + 4096)
        } catch {
            throw MediaClientError.unreachable("\(error)")
        }
        guard response.status == .partialContent else {
            throw MediaClientError(
                MediaResponse(status: Int(response.status.code), body: Array(bytes.readableBytesView))
            )
        }
        // RFC 9110 section 14.4: bytes 0-99/1234
        let range = response.headers.first(name: "Content-Range")
        guard let total = range?.split(separator: "/").last.flatMap({ Int64($0) }), bytes.readableBytes > 0 else {
            throw MediaClientError.unreadable("The range has no total: \(range ?? "none").")
        }
        return MediaPiece(bytes: bytes, total: total, tag: response.headers.first(name: "ETag"))
    }
}
