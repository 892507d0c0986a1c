import HTTPServing
import Hummingbird

/// Responds to what ``Routes/history`` has.
struct HistoryController {
    let services: FilmsServices

    init(_ services: FilmsServices) { self.services = services }

    func register(with handlers: inout RouteHandlers<FilmsContext>) {}
}
