import HTTPServing
import HTTPTypes
import Hummingbird

/// Responds to what ``Routes/playlists`` has.
struct PlaylistController {
    let services: FilmsServices

    init(_ services: FilmsServices) { self.services = services }

    func register(with handlers: inout RouteHandlers<FilmsContext>) {
        handlers.on(Routes.playlistList, .get, .head) { _, context in try await self.all(context) }
        handlers.on(Routes.playlistList, .post) { request, context in try await self.create(request, context) }
        handlers.on(Routes.playlist, .get, .head) { _, context in try await self.one(context) }
        handlers.on(Routes.playlist, .patch) { request, context in try await self.change(request, context) }
        handlers.on(Routes.playlist, .delete) { _, context in try await self.delete(context) }
        handlers.on(Routes.playlistItems, .post) { request, context in try await self.add(request, context) }
        handlers.on(Routes.playlistItem, .patch) { request, context in try await self.move(request, context) }
        handlers.on(Routes.playlistItem, .delete) { _, context in try await self.remove(context) }
        SharedListController(self.services).register(with: &handlers)
    }

    private var lists: PlaylistService {
        PlaylistService(database: self.services.database, limits: self.services.settings.playlists)
    }

    private func all(_ context: FilmsContext) async throws -> Response {
        let records = try await self.lists.all(of: try context.caller.accountID)
        return ReadyJSON.response("{\"playlists\":\(ReadyJSON.array(records.map(\.json)))}")
    }

    private func one(_ context: FilmsContext) async throws -> Response {
        let record = try await self.lists.one(try context.recordID(), of: try context.caller.accountID)
        return ReadyJSON.response(record.json)
    }

    private func create(_ request: Request, _ context: FilmsContext) async throws -> Response {
        let body = try await RequestBody.read(request, context)
        var reader = FieldReader(body)
        let id = try reader.newID(now: self.services.clock())
        let name = try reader.text("name", 1...100, isRequired: true)
        let visibility = try reader.choice("visibility", of: PlaylistVisibility.self) ?? .private
        try reader.finish()
        guard let id, let name else { throw FilmsError.defect("id and name are missing.") }
        let first = try await self.lists.create(
            id,
            name: name,
            visibility: visibility,
            by: try context.caller.accountID,
            body: body
        )
        return ReadyJSON.response(first.body, status: .created)
    }

    private func change(_ request: Request, _ context: FilmsContext) async throws -> Response {
        var reader = FieldReader(
            try await RequestBody.read(request, context, types: ["application/json", "application/merge-patch+json"])
        )
        // Neither can be taken away, so null is no value.
        let name = try reader.text("name", 1...100, isRequired: reader.has("name"))
        let visibility = try reader.choice(
            "visibility",
            of: PlaylistVisibility.self,
            isRequired: reader.has("visibility")
        )
        try reader.finish()
        let record = try await self.lists.change(
            try context.recordID(),
            name: name,
            visibility: visibility,
            by: try context.caller.accountID
        )
        return ReadyJSON.response(record.json)
    }

    private func delete(_ context: FilmsContext) async throws -> Response {
        try await self.lists.delete(try context.recordID(), by: try context.caller.accountID)
        return Response(status: .noContent)
    }

    // MARK: Items

    private func add(_ request: Request, _ context: FilmsContext) async throws -> Response {
        let body = try await RequestBody.read(request, context)
        var reader = FieldReader(body)
        let id = try reader.newID(now: self.services.clock())
        let movie = try reader.id("movieId", isRequired: true)
        let before = try reader.id("before")
        try reader.finish()
        guard let id, let movie else { throw FilmsError.defect("id and movieId are missing.") }
        let (status, list) = try await self.lists.add(
            id,
            movie,
            before: before,
            to: try context.recordID(),
            by: try context.caller.accountID,
            body: body
        )
        return ReadyJSON.response(list.json, status: status == 201 ? .created : .ok)
    }

    private func move(_ request: Request, _ context: FilmsContext) async throws -> Response {
        var reader = FieldReader(
            try await RequestBody.read(request, context, types: ["application/json", "application/merge-patch+json"])
        )
        if !reader.has("before") {
            reader.note(FieldProblem("before", .required, .beforeMissing))
        }
        let before = try reader.id("before")
        try reader.finish()
        let list = try await self.lists.move(
            try context.recordID("itemId"),
            before: before,
            on: try context.recordID(),
            by: try context.caller.accountID
        )
        return ReadyJSON.response(list.json)
    }

    private func remove(_ context: FilmsContext) async throws -> Response {
        let list = try await self.lists.remove(
            try context.recordID("itemId"),
            from: try context.recordID(),
            by: try context.caller.accountID
        )
        return ReadyJSON.response(list.json)
    }
}
