import HTTPServing
import Hummingbird

/// Responds to what ``Routes/comments`` has.
struct CommentController {
    let services: FilmsServices

    init(_ services: FilmsServices) { self.services = services }

    func register(with handlers: inout RouteHandlers<FilmsContext>) {}
}
