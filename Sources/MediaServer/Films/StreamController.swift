import Hummingbird
import MediaCore
import MediaEngine

/// `<film>/hls/...`: the film as HTTP Live Streaming (RFC 8216).
struct StreamController: Sendable {
    let files: FileService
    let renditions: RenditionService
    let responder: FileResponder

    /// - Throws: `not_found`.
    func serve(_ request: FilmRequest) async throws -> Response {
        throw request.notFound
    }
}
