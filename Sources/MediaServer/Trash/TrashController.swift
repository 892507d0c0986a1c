import HTTPSemantics
import HTTPServing
import HTTPTypes
import Hummingbird
import MediaCore
import MediaEngine

/// `/api/trash`: what was deleted, and the way back.
struct TrashController: Sendable {
    let trash: TrashService
    let renditions: RenditionService
    let pageSizes: RecordController.PageSizes

    func register(with handlers: inout RouteHandlers<MediaRequestContext>) {
        handlers.on(Routes.trash, .get, .head) { request, _ in try await self.list(request) }
        handlers.on(Routes.trashed, .get, .head) { _, context in
            try JSON.response(TrashView(try await self.trash.entry(try Self.id(context))))
        }
        handlers.on(Routes.trashed, .delete) { _, context in
            try await self.trash.delete(try Self.id(context))
            return .empty
        }
        handlers.on(Routes.restoration, .post) { _, context in
            let file = try await self.trash.restore(try Self.id(context))
            return try JSON.response(FileRecord(file, presets: self.renditions.presets(of: file)))
        }
    }

    private func list(_ request: Request) async throws -> Response {
        let query = try RequestTarget(request).query
        let page = try await self.trash.list(
            in: query["collection"],
            after: try Self.cursor(query),
            limit: try self.pageSizes.limit(query)
        )
        return try JSON.response(
            TrashPage(
                files: page.entries.map { TrashView($0) },
                nextCursor: page.next?.text,
                total: TrashPage.Total(try await self.trash.totals())
            )
        )
    }

    private static func cursor(_ query: QueryItems) throws(MediaError) -> TrashEntry.Cursor? {
        guard let text = query["cursor"] else { return nil }
        guard let cursor = TrashEntry.Cursor(text: text) else {
            throw MediaError(.invalidRequest, "cursor must be the nextCursor of an earlier page.")
        }
        return cursor
    }

    private static func id(_ context: MediaRequestContext) throws(MediaError) -> MediaID {
        guard let id = MediaID(context.pathID) else {
            throw MediaError(.notFound, "There is no file with this id in the trash; ids are UUIDs.")
        }
        return id
    }
}
