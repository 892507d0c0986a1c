import HTTPSemantics
import Hummingbird
import MediaCore
import MediaEngine

/// `<film>/hls/...`: the film as HTTP Live Streaming (RFC 8216).
struct StreamController: Sendable {
    let files: FileService
    let renditions: RenditionService
    let responder: FileResponder

    /// - Throws: `not_found`, `not_streamable`, and what keeps a part from being made.
    func serve(_ request: FilmRequest) async throws -> Response {
        guard request.parts.count == 1, let address = request.parts.first.flatMap(StreamAddress.init) else {
            throw request.notFound
        }
        let streams = StreamService(files: self.files, renditions: self.renditions)
        switch try await streams.answer(address, of: request.film, version: request.query["v"]) {
        case .playlist(let text):
            return self.responder.respond(
                text: text,
                type: "application/vnd.apple.mpegurl",
                tag: "\(request.film.record.version.digest.prefix)-hls-\(Self.fingerprint(text))",
                // Subtitles come and go without another version of the film.
                version: address == .index ? nil : request.query["v"],
                of: request.film.record,
                to: request.request
            )
        case .rendition(let rendition, let file):
            let served = ServedFile(rendition: rendition, of: file, query: request.query, policy: self.responder.policy)
            var question = request.question
            // What is kept of the answer goes with the file that it was made from: the film, or subtitles beside it.
            question.record = file
            return self.responder.respond(served, file: rendition.file, to: question)
        }
    }

    /// FNV-1a: tells playlists of one film apart.
    private static func fingerprint(_ text: String) -> String {
        let hash = text.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        return String(hash, radix: 16)
    }
}
