import HTTPServing
import Hummingbird

/// Responds to what ``Routes/movies`` has.
struct MovieController {
    let services: FilmsServices

    init(_ services: FilmsServices) { self.services = services }

    func register(with handlers: inout RouteHandlers<FilmsContext>) {}
}
