import HTTPServing
import Hummingbird
import Primitives

/// Responds to what ``Routes/comments`` has.
struct CommentController {
    let services: FilmsServices

    init(_ services: FilmsServices) { self.services = services }

    func register(with handlers: inout RouteHandlers<FilmsContext>) {
        handlers.on(Routes.commentList, .get, .head) { request, context in try await self.page(request, context) }
        handlers.on(Routes.commentList, .post) { request, context in try await self.create(request, context) }
        handlers.on(Routes.comment, .patch) { request, context in try await self.change(request, context) }
        handlers.on(Routes.comment, .delete) { _, context in try await self.delete(context) }
    }

    private var comments: CommentService { CommentService(database: self.services.database) }

    private func page(_ request: Request, _ context: FilmsContext) async throws -> Response {
        let query = QueryReader(request)
        let movieID = try context.recordID()
        let limit = try query.integer("limit", 1...200) ?? 50
        let scope = "comments \(try context.caller.accountID) \(movieID)"
        let place = try query.text("cursor", atMost: 500).map { text throws(FilmsError) in
            try self.place(text, scope)
        }
        // One more than wanted says whether there is a next page.
        let found = try await self.comments.page(of: movieID, after: place, limit: limit + 1)
        let shown = found.prefix(limit)
        var next = "null"
        if found.count > limit, let last = shown.last {
            let values = [String(last.createdAt.microseconds), last.record.id.description]
            next = "\"\(self.services.cursors.text(of: values, scope: scope))\""
        }
        let comments = ReadyJSON.array(shown.map(\.record.json))
        return ReadyJSON.response("{\"comments\":\(comments),\"nextCursor\":\(next)}")
    }

    private func place(_ text: String, _ scope: String) throws(FilmsError) -> (createdAt: Timestamp, id: RecordID) {
        let values = try self.services.cursors.values(in: text, scope: scope)
        guard values.count == 2, let microseconds = values[0].flatMap({ Int64($0) }),
            let id = values[1].flatMap({ RecordID($0) })
        else { throw FilmsError(.invalidCursor, .cursorOfAnotherList) }
        return (Timestamp(microseconds: microseconds), id)
    }

    private func create(_ request: Request, _ context: FilmsContext) async throws -> Response {
        let body = try await RequestBody.read(request, context)
        var reader = FieldReader(body)
        let id = try reader.newID(now: self.services.clock())
        let text = try reader.text("text", 0...5000, allowsLines: true) ?? ""
        let rating = try reader.rating("rating")
        try reader.finish()
        guard let id else { throw FilmsError.defect("id is missing.") }
        let first = try await self.comments.create(
            id,
            CommentService.Content(text: text, rating: rating),
            on: try context.recordID(),
            by: try context.caller.accountID,
            body: body
        )
        return ReadyJSON.response(first.body, status: .created)
    }

    private func change(_ request: Request, _ context: FilmsContext) async throws -> Response {
        var reader = FieldReader(
            try await RequestBody.read(request, context, types: ["application/json", "application/merge-patch+json"])
        )
        // A member that is there and null takes away what stands there.
        let (hasText, hasRating) = (reader.has("text"), reader.has("rating"))
        let text = try reader.text("text", 0...5000, allowsLines: true) ?? ""
        let rating = try reader.rating("rating")
        try reader.finish()
        let record = try await self.comments.change(
            try context.recordID("commentId"),
            of: try context.recordID(),
            by: try context.caller.accountID
        ) { present in
            CommentService.Content(
                text: hasText ? text : present.text,
                rating: hasRating ? rating : present.rating
            )
        }
        return ReadyJSON.response(record.json)
    }

    private func delete(_ context: FilmsContext) async throws -> Response {
        try await self.comments.delete(
            try context.recordID("commentId"),
            of: try context.recordID(),
            by: try context.caller
        )
        return Response(status: .noContent)
    }
}
