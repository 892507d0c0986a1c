import HTTPServing
import HTTPTypes
import Hummingbird

/// Responds to what ``Routes/page`` has: the page's own files. None of it needs the database but files of former builds.
struct PageController {
    let front: FrontBuild
    let archive: FrontArchive
    let responder: FrontResponder

    init(_ front: FrontBuild, _ archive: FrontArchive, _ services: FilmsServices) {
        self.front = front
        self.archive = archive
        self.responder = FrontResponder(services)
    }

    func register(with handlers: inout RouteHandlers<FilmsContext>) {
        for route in Routes.documents {
            handlers.on(route, .get, .head) { request, _ in
                self.responder.response(self.front.page, to: request, .untilAsked)
            }
        }
        for (name, route) in Routes.entries {
            handlers.on(route, .get, .head) { request, _ in
                guard let file = self.front.entries[name] else { throw FilmsError.notFound }
                return self.responder.response(file, to: request, .untilAsked)
            }
        }
        handlers.on(Routes.frontFiles, .get, .head) { request, context in try await self.file(request, context) }
    }

    private func file(_ request: Request, _ context: FilmsContext) async throws -> Response {
        guard let version = context.match?.parameter("version"), FrontBuild.isVersion(version) else {
            throw FilmsError.notFound
        }
        // Behind "/front/<version>/". Names with anything that has to be encoded are none of the page's.
        let path = request.uri.path.split(separator: "/").dropFirst(2).joined(separator: "/")
        let found =
            version == self.front.version
            ? self.front.files[path] : try await self.archive.file(path, version: String(version))
        guard let found else { throw FilmsError.notFound }
        return self.responder.response(found, to: request, .forEver)
    }
}
