import HTTPServing
import HTTPTypes
import Hummingbird

/// Responds to what ``Routes/movies`` has.
struct MovieController {
    private let service: MovieService
    private let movies: MovieStore
    private let pages: MoviePages
    private let trailers: TrailerService
    private let conflicts: MovieConflicts
    private let grants: GrantController

    init(_ services: FilmsServices) {
        self.service = MovieService(database: services.database, files: services.files, clock: services.clock)
        self.movies = MovieStore(database: services.database)
        self.pages = MoviePages(database: services.database, cursors: services.cursors)
        self.trailers = TrailerService(
            database: services.database,
            media: services.media,
            lifetime: services.settings.addressLifetime
        )
        self.conflicts = MovieConflicts(database: services.database)
        self.grants = GrantController(services)
    }

    func register(with handlers: inout RouteHandlers<FilmsContext>) {
        handlers.on(Routes.movieList, .get, .head) { try await self.list($0, $1) }
        handlers.on(Routes.movieList, .post) { try await self.create($0, $1) }
        handlers.on(Routes.movie, .get, .head) { try await self.get($0, $1) }
        handlers.on(Routes.movie, .put) { request, context in
            let body = try await RequestBody.read(request, context)
            return try await self.change(request, context, try MovieChange.replacement(body))
        }
        handlers.on(Routes.movie, .patch) { request, context in
            let body = try await RequestBody.read(request, context, types: Self.patchTypes)
            return try await self.change(request, context, try MovieChange.patch(body))
        }
        handlers.on(Routes.movie, .delete) { try await self.delete($0, $1) }
        handlers.on(Routes.trailer, .get, .head) { _, context in
            ReadyJSON.response(try await self.trailers.trailer(of: try context.recordID()))
        }
        handlers.on(Routes.conflict, .delete) { _, context in
            try await self.conflicts.dismiss(try context.recordID(), by: try context.caller.accountID)
            return Self.noContent
        }
        self.grants.register(with: &handlers)
    }

    private static let patchTypes: Set<String> = ["application/json", "application/merge-patch+json"]

    /// RFC 9110 section 8.6: a 204 has no length.
    private static var noContent: Response {
        var response = Response(status: .noContent)
        response.headers[.contentLength] = nil
        return response
    }

    private func list(_ request: Request, _ context: FilmsContext) async throws -> Response {
        ReadyJSON.response(try await self.pages.page(try MovieList(request), for: try context.caller))
    }

    private func create(_ request: Request, _ context: FilmsContext) async throws -> Response {
        let body = try await RequestBody.read(request, context)
        let first = try await self.service.create(body, by: try context.caller)
        // The first response of a film is that of its version 1.
        var fields: HTTPFields = [.eTag: RecordVersion.tag(1, first.body)]
        if case .text(let id) = body.members["id"] { fields[.location] = "/api/movies/\(id.lowercased())" }
        return ReadyJSON.response(first.body, status: .init(code: first.status), fields: fields)
    }

    private func get(_ request: Request, _ context: FilmsContext) async throws -> Response {
        let movie = try await self.movies.ready(try context.recordID())
        let tag = movie.tag
        if RecordVersion.isKnown(request, tag: tag) { return ReadyJSON.notModified(tag: tag) }
        return ReadyJSON.response(movie.json, tag: tag)
    }

    private func change(
        _ request: Request,
        _ context: FilmsContext,
        _ change: MovieChange
    ) async throws -> Response {
        let changed = try await self.service.change(try context.recordID(), change, by: try context.caller) {
            (version) throws(FilmsError) in try RecordVersion.check(request, is: version)
        }
        var json = changed.movie.json
        if let overwrote = changed.overwrote { json = json.dropLast() + ", \"overwrote\": \(overwrote)}" }
        return ReadyJSON.response(json, fields: [.eTag: changed.movie.tag])
    }

    private func delete(_ request: Request, _ context: FilmsContext) async throws -> Response {
        try await self.service.delete(try context.recordID(), by: try context.caller) {
            (version) throws(FilmsError) in try RecordVersion.check(request, is: version)
        }
        return Self.noContent
    }
}
