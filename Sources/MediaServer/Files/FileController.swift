import HTTPSemantics
import HTTPTypes
import Hummingbird
import MediaCore
import MediaEngine

/// `GET` and `HEAD` of `/files/{path}` and `/api/files/{path}`: the bytes, and what is made from them.
///
/// A proxy in front may send them instead; see ``Acceleration``.
struct FileController: Sendable {
    let files: FileService
    let renditions: RenditionService
    let signature: AddressSignature
    let responder: FileResponder

    func register(with router: Router<MediaRequestContext>) {
        for prefix in ["/files", "/api/files"] {
            for method in [HTTPRequest.Method.get, .head] {
                router.on("\(prefix)/**", method: method) { request, context in
                    try await self.serve(request, context: context)
                }
            }
            router.on("\(prefix)/**", method: .options) { request, _ in RouteTable.options(of: request) }
        }
    }

    private func serve(_ request: Request, context: MediaRequestContext) async throws -> Response {
        let target = try RequestTarget(request)
        let segments = target.path.segments.drop { $0 != "files" }.dropFirst()
        guard segments.count >= 2, !target.path.hasTrailingSlash else {
            throw MediaError(.notFound, "There is no file at this path.")
        }
        if let response = try await self.derived(segments, target, request, context) { return response }
        let generation = self.responder.generation
        let opened = try await self.files.open(try MediaPath(validating: Array(segments)))
        let question = FileResponder.Question(
            request: request,
            context: context,
            record: opened.record,
            generation: generation
        )
        let (served, file) = try await self.serving(opened, target, request)
        return self.responder.respond(served, file: file, to: question)
    }

    /// - Returns: nil for the address of a file, or of one that might be.
    private func derived(
        _ segments: some Collection<String>,
        _ target: RequestTarget,
        _ request: Request,
        _ context: MediaRequestContext
    ) async throws -> Response? {
        guard let (path, address) = DerivedAddress.split(segments) else { return nil }
        let generation = self.responder.generation
        let opened: FileService.Opened
        do throws(MediaError) {
            opened = try await self.files.open(try MediaPath(validating: path))
        } catch {
            guard [.notFound, .invalidName].contains(error.code) else { throw error }
            return nil
        }
        let question = FileResponder.Question(
            request: request,
            context: context,
            record: opened.record,
            generation: generation
        )
        let film = FilmRequest(film: opened, query: target.query, question: question)
        switch address {
        case .storyboard(let parts):
            return try await StoryboardController(renditions: self.renditions, responder: self.responder)
                .serve(parts, of: film)
        case .stream(let parts):
            return try await StreamController(
                files: self.files,
                renditions: self.renditions,
                responder: self.responder
            ).serve(parts, of: film)
        }
    }
}
