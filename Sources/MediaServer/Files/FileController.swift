import Access
import HTTPSemantics
import HTTPServing
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
    let signature: URLSignature
    let responder: FileResponder

    func register(with handlers: inout RouteHandlers<MediaRequestContext>) {
        for route in [Routes.files, Routes.filesOfAPI] {
            handlers.on(route, .get, .head) { request, context in
                let target = try RequestTarget(request)
                do {
                    return try await self.serve(target, request, below: route, context: context)
                } catch let error as MediaError where error.code == .notFound {
                    let response = try await self.redirection(of: target, request, below: route, context: context)
                    guard let response else { throw error }
                    return response
                }
            }
        }
    }

    private func serve(
        _ target: RequestTarget,
        _ request: Request,
        below route: Route,
        context: MediaRequestContext
    ) async throws -> Response {
        let segments = target.path.segments.dropFirst(route.pattern.segments.count)
        guard segments.count >= 2, !target.path.hasTrailingSlash else {
            throw MediaError(.notFound, "There is no file at this path.")
        }
        if let response = try await self.derived(segments, target, request, context) { return response }
        let path = try MediaPath(validating: Array(segments))
        // Before anything is looked up: what is not there and what is not to be read take the same time.
        try context.asker.require(.readFile(FileReference(path)))
        let generation = self.responder.generation
        let opened = try await self.files.open(path)
        try context.requireReading(opened.record)
        var question = FileResponder.Question(
            request: request,
            context: context,
            record: opened.record,
            generation: generation
        )
        // Parameters that are signed until some time: where everybody may read, nothing in memory knows of that time.
        if context.access?.address.goodUntil != nil, !question.guarding.changesWithTime { question.generation = nil }
        let (served, file) = try await self.serving(opened, target, question)
        return self.responder.respond(served, file: file, to: question)
    }

    /// - Returns: nil for the URL of a file, or of one that might be.
    private func derived(
        _ segments: some Collection<String>,
        _ target: RequestTarget,
        _ request: Request,
        _ context: MediaRequestContext
    ) async throws -> Response? {
        guard let (beginning, part) = DerivedPath.split(segments),
            let path = try? MediaPath(validating: beginning),
            // Who may not read the file is refused like somebody who asks for a file of the whole path.
            try context.asker.allows(.readFile(FileReference(path)))
        else { return nil }
        let generation = self.responder.generation
        let opened: FileService.Opened
        do throws(MediaError) {
            opened = try await self.files.open(path)
        } catch {
            guard error.code == .notFound else { throw error }
            return nil
        }
        try context.requireReading(opened.record)
        let question = FileResponder.Question(
            request: request,
            context: context,
            record: opened.record,
            generation: generation
        )
        let video = VideoRequest(video: opened, query: target.query, question: question)
        switch part {
        case .storyboard(let parts):
            return try await StoryboardController(renditions: self.renditions, responder: self.responder)
                .serve(parts, of: video)
        case .chapters:
            return try ChapterController(responder: self.responder).serve(video)
        case .stream(let parts):
            return try await StreamController(
                files: self.files,
                renditions: self.renditions,
                responder: self.responder
            ).serve(parts, of: video)
        }
    }
}
