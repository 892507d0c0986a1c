import Access
import HTTPSemantics
import Hummingbird
import MediaCore
import MediaEngine

/// `<video>/hls/...`: the video as HTTP Live Streaming (RFC 8216).
struct StreamController: Sendable {
    let files: FileService
    let renditions: RenditionService
    let responder: FileResponder

    /// - Parameter parts: what stands behind `hls`; see ``DerivedPath``.
    /// - Throws: `not_found`, `not_streamable`, and what keeps a part from being made.
    func serve(_ parts: [String], of request: VideoRequest) async throws -> Response {
        let name = request.video.record.name.text
        guard parts.count == 1, let resource = parts.first.flatMap({ StreamResource($0, of: name) }) else {
            throw request.notFound
        }
        let access = try request.question.context.asker
        let streams = StreamService(files: self.files, renditions: self.renditions) { subtitles in
            access.allows(.readFile(FileReference(subtitles)))
        }
        switch try await streams.response(to: resource, of: request.video, version: request.query["v"]) {
        case .playlist(let text, let isOfVersion):
            return self.responder.respond(
                text: PartSigner(request.question).signed(playlist: text),
                type: "application/vnd.apple.mpegurl",
                version: isOfVersion ? request.query["v"] : nil,
                to: request.question
            )
        case .rendition(let rendition, let file, let version):
            let served = ServedFile(
                rendition: rendition.key,
                of: file,
                query: request.query,
                policy: self.responder.policy,
                version: version
            )
            var question = request.question
            // Made from two files, and in memory a response goes with the change of one.
            if file.id != request.video.record.id { question.generation = nil }
            return self.responder.respond(served, file: try await rendition.content.file(), to: question)
        }
    }
}
