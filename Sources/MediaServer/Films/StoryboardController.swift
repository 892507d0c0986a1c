import Hummingbird
import MediaCore
import MediaEngine

/// `<film>/storyboard.vtt` and its sheets: the pictures that players show above the seek bar.
struct StoryboardController: Sendable {
    let renditions: RenditionService
    let responder: FileResponder

    /// - Throws: `not_found`.
    func serve(_ request: FilmRequest) async throws -> Response {
        throw request.notFound
    }
}
