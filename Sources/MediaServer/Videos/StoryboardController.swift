import HTTPSemantics
import Hummingbird
import MediaCore
import MediaEngine

/// `<video>/storyboard.vtt` and its sheets: the pictures that players show above the seek bar.
///
/// The track is written anew for each request, from the record; the sheets are renditions, made when they are asked for.
struct StoryboardController: Sendable {
    let renditions: RenditionService
    let responder: FileResponder

    /// - Parameter parts: what stands behind the video's path; see ``DerivedPath``.
    /// - Throws: `not_found` for parts that do not exist, `not_renderable` for what is no video or has no length, and what keeps a sheet
    ///   from being made.
    func serve(_ parts: [String], of request: VideoRequest) async throws -> Response {
        let video = request.video.record
        guard let storyboard = self.renditions.storyboard(of: video) else {
            throw MediaError(.notRenderable, "Only videos whose size and length are known have a storyboard.")
        }
        if parts == ["storyboard.vtt"] { return try self.track(of: storyboard, request) }
        guard let (number, format) = StoryboardPath.sheet(parts.last ?? ""),
            let sheet = storyboard.sheet(number, format: format)
        else { throw request.notFound }
        let key = RenditionKey(digest: video.version.digest, recipe: .storyboard(sheet))
        let rendition = try await self.renditions.rendition(key, of: request.video)
        let served = ServedFile(rendition: key, of: video, query: request.query, policy: self.responder.policy)
        return self.responder.respond(served, file: try await rendition.content.file(), to: request.question)
    }

    private func track(of storyboard: Storyboard, _ request: VideoRequest) throws(MediaError) -> Response {
        let video = request.video.record
        let format = try StoryboardPath.format(request.query["format"])
        let version = video.version.digest.prefix
        let parts = PartSigner(request.question)
        let text = storyboard.track {
            parts.signed(StoryboardPath.path(ofSheet: $0, format: format, version: version))
        }
        return self.responder.respond(
            text: text,
            type: "text/vtt; charset=utf-8",
            version: request.query["v"],
            to: request.question
        )
    }
}

/// Where the sheets of a storyboard are, seen from its track: `storyboard/3.jpg?v=...`.
enum StoryboardPath {
    /// JPEG, which every player shows, and WebP for those who ask for it: a third smaller.
    static let formats: [RenditionFormat] = [.jpeg, .webp]

    /// The version makes it cacheable for ever.
    static func path(ofSheet number: Int, format: RenditionFormat, version: String) -> String {
        "storyboard/\(number).\(format.type.fileExtension)?v=\(version)"
    }

    /// - Returns: nil for what is no sheet's name.
    static func sheet(_ name: String) -> (number: Int, format: RenditionFormat)? {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let number = Int(parts[0]), parts[0] == "\(number)",
            let format = self.formats.first(where: { $0.type.fileExtension == parts[1] })
        else { return nil }
        return (number, format)
    }

    /// - Parameter name: the query's `format`; nil without one.
    /// - Throws: `invalid_request`.
    static func format(_ name: String?) throws(MediaError) -> RenditionFormat {
        guard let name else { return .jpeg }
        guard let format = self.formats.first(where: { $0.rawValue == name }) else {
            let allowed = self.formats.map(\.rawValue)
            throw MediaError(
                .invalidRequest,
                "format must be one of \(allowed.joined(separator: ", ")).",
                details: ["allowed": .texts(allowed)]
            )
        }
        return format
    }
}
