import HTTPSemantics
import HTTPServing
import HTTPTypes
import Hummingbird
import MediaCore
import MediaEngine

/// `/api/media/{id}/links` and `/api/links`: what uses which file.
struct LinkController: Sendable {
    let links: LinkService
    let pageSizes: RecordController.PageSizes

    /// Bytes of the content of a request; there is not much to say.
    static let maximumLength = 4096

    func register(with handlers: inout RouteHandlers<MediaRequestContext>) {
        handlers.on(Routes.fileLinks, .get, .head) { request, context in
            let query = try RequestTarget(request).query
            let page = try await self.links.links(
                to: try Self.id(context),
                after: try Self.cursor(query),
                limit: try self.pageSizes.limit(query)
            )
            return try JSON.response(LinkPage(page))
        }
        handlers.on(Routes.fileLinks, .post) { request, context in
            let id = try Self.id(context)
            let wanted = try await JSONContent.read(
                LinkRequest.self,
                of: request,
                context,
                maximumLength: Self.maximumLength
            )
            let made = try await self.links.link(try wanted.link, to: id, isSingle: wanted.single)
            return try JSON.response(LinkView(made.link), status: made.isNew ? .created : .ok)
        }
        handlers.on(Routes.fileLinks, .delete) { request, context in
            let query = try RequestTarget(request).query
            let link = try FileLink(
                validating: try Self.required("entity", query),
                entityID: try Self.required("entityId", query),
                role: try Self.required("role", query)
            )
            try await self.links.unlink(link, from: try Self.id(context))
            return .empty
        }
        handlers.on(Routes.links, .get, .head) { request, _ in
            let query = try RequestTarget(request).query
            let filter = LinkFilter(
                entity: try Self.entity(query),
                entityID: try Self.entityID(query),
                role: try Self.role(query)
            )
            let page = try await self.links.page(
                filter,
                after: try Self.cursor(query),
                limit: try self.pageSizes.limit(query)
            )
            return try JSON.response(LinkPage(page))
        }
        handlers.on(Routes.links, .delete) { request, _ in
            let query = try RequestTarget(request).query
            try await self.links.unlink(
                entity: try Self.entity(query),
                entityID: try Self.entityID(query),
                role: try Self.role(query)
            )
            return .empty
        }
    }

    // MARK: The query

    private static func entity(_ query: QueryItems) throws(MediaError) -> String {
        let entity = try Self.required("entity", query)
        try FileLink.check(entity, "entity", atMost: FileLink.maximumWordLength)
        return entity
    }

    private static func entityID(_ query: QueryItems) throws(MediaError) -> String {
        let id = try Self.required("entityId", query)
        try FileLink.check(id, "entityId", atMost: FileLink.maximumIDLength, mayHaveSlashes: true)
        return id
    }

    private static func role(_ query: QueryItems) throws(MediaError) -> String? {
        guard let role = query["role"] else { return nil }
        try FileLink.check(role, "role", atMost: FileLink.maximumWordLength)
        return role
    }

    private static func required(_ name: String, _ query: QueryItems) throws(MediaError) -> String {
        guard let value = query[name] else {
            throw MediaError(.invalidRequest, "The query parameter \(name) is missing.")
        }
        return value
    }

    private static func cursor(_ query: QueryItems) throws(MediaError) -> LinkRecord.Key? {
        guard let text = query["cursor"] else { return nil }
        guard let cursor = LinkRecord.Key(cursor: text) else {
            throw MediaError(.invalidRequest, "cursor must be the nextCursor of an earlier page.")
        }
        return cursor
    }

    private static func id(_ context: MediaRequestContext) throws(MediaError) -> MediaID {
        guard let id = MediaID(context.pathID) else {
            throw MediaError(.notFound, "There is no file with this id; ids are UUIDs.")
        }
        return id
    }
}

extension Response {
    /// 204, without a length (RFC 9110 section 8.6).
    static var empty: Response {
        var response = Response(status: .noContent)
        response.headers[.contentLength] = nil
        return response
    }
}
