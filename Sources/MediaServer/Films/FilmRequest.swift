import HTTPSemantics
import Hummingbird
import MediaCore
import MediaEngine

/// A request for something that is made from a film, once the film is found and open.
struct FilmRequest {
    var film: FileService.Opened
    var query: QueryItems
    var question: FileResponder.Question

    var request: Request { self.question.request }

    /// For a part that does not exist.
    var notFound: MediaError { MediaError(.notFound, "There is nothing at this address below the film.") }
}
