import HTTPSemantics
import Hummingbird
import MediaCore
import MediaEngine

/// A request for something that is made from a video, once the video is found and open.
struct VideoRequest {
    var video: FileService.Opened
    var query: QueryItems
    var question: FileResponder.Question

    var request: Request { self.question.request }

    /// For a part that does not exist.
    var notFound: MediaError { MediaError(.notFound, "There is nothing at this URL below the video.") }
}
