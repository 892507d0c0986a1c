import HTTPSemantics
import Hummingbird
import MediaCore
import MediaEngine

/// `<file>/chapters.vtt`: the chapters of a video or a sound as a WebVTT track, which `<track kind="chapters">` takes.
///
/// Written anew for each request, from the record.
struct ChapterController: Sendable {
    let responder: FileResponder

    /// - Throws: `not_found` for a file without chapters.
    func serve(_ request: VideoRequest) throws(MediaError) -> Response {
        let file = request.video.record
        guard let chapters = file.media?.chapters, !chapters.isEmpty else {
            throw MediaError(.notFound, "This file has no chapters.")
        }
        return self.responder.respond(
            text: ChapterTrack(chapters).text,
            type: "text/vtt; charset=utf-8",
            version: request.query["v"],
            to: request.question
        )
    }
}
