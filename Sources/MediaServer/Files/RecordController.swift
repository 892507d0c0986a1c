import Access
import HTTPSemantics
import HTTPServing
import HTTPTypes
import Hummingbird
import MediaCore
import MediaEngine

/// `/api/media`: the records.
struct RecordController: Sendable {
    let files: FileService
    let records: RecordJSON
    let pageSizes: PageSizes

    /// How many records a page has.
    struct PageSizes: Sendable {
        var standard: Int
        var maximum: Int

        /// What a query asks for as `limit`.
        /// - Throws: `invalid_request`.
        func limit(_ query: QueryItems) throws(MediaError) -> Int {
            guard let text = query["limit"] else { return self.standard }
            guard let limit = Int(text), (1...self.maximum).contains(limit) else {
                throw MediaError(.invalidRequest, "limit must be a number from 1 to \(self.maximum).")
            }
            return limit
        }
    }

    func register(with handlers: inout RouteHandlers<MediaRequestContext>) {
        handlers.on(Routes.records, .get, .head) { request, context in
            try await self.list(request, try context.asker)
        }
        handlers.on(Routes.record, .get, .head) { _, context in
            let file = try await self.files.file(of: context) { .readRecord($0) }
            return try self.response(file, for: try context.asker)
        }
        handlers.on(Routes.record, .options) { _, _ in
            var response = Response.options(of: Routes.record)
            response.headers[.acceptPatch] = RecordPatch.mediaTypes.joined(separator: ", ")
            return response
        }
        handlers.on(Routes.record, .patch) { request, context in try await self.change(request, context) }
        handlers.on(Routes.record, .delete) { request, context in
            let query = try RequestTarget(request).query
            let isPermanent = try Self.flag("permanent", query)
            let file = try await self.files.file(of: context) { .delete($0) }
            // Past the trash, nothing brings it back.
            if isPermanent { try context.asker.require(.manage) }
            let removesLinks = try Self.flag("force", query)
            // They are somebody's who said that the file is in use.
            if removesLinks { try context.asker.require(.link) }
            try await self.files.delete(id: file.id, isPermanent: isPermanent, removesLinks: removesLinks)
            return .empty
        }
    }

    private static func flag(_ name: String, _ query: QueryItems) throws(MediaError) -> Bool {
        switch query[name] {
        case nil, "false": return false
        case "true": return true
        default: throw MediaError(.invalidRequest, "\(name) must be true or false.")
        }
    }

    private func change(_ request: Request, _ context: MediaRequestContext) async throws -> Response {
        let asker = try context.asker
        let id = try await self.files.file(of: context) { .changeRecord($0) }.id
        guard Self.mayMatch(request) else {
            return Problem(
                .preconditionFailed,
                code: "precondition_failed",
                "Records have no entity tag that If-Match could name. Leave it out, or send *."
            ).typed(in: .mediad).response(to: request.method)
        }
        let patch = try await RecordPatch(request, context)
        let file =
            switch patch.focalPoint {
            case .set(let point): try await self.files.setFocalPoint(point, of: id)
            case .clear: try await self.files.setFocalPoint(nil, of: id)
            case nil: try await self.files.file(id: id)
            }
        // Who may change a record may not read it for that.
        guard asker.allows(.readRecord(FileReference(file))) else {
            return .empty
        }
        return try self.response(file, for: asker)
    }

    /// Whether If-Match lets a change happen (RFC 9110 section 13.1.1): whoever names a tag must not change what has another one.
    private static func mayMatch(_ request: Request) -> Bool {
        request.headers[values: .ifMatch].allSatisfy { $0 == "*" }
    }

    private func list(_ request: Request, _ asker: RequestAccess) async throws -> Response {
        let query = try RequestTarget(request).query
        if let path = query["path"] {
            let path = try MediaPath(validating: path)
            let head = try await self.files.head()
            do {
                // Before it is looked up: what is not there and what may not be seen take the same time.
                try asker.require(.readRecord(FileReference(path)))
                let file = try await self.files.file(path: path)
                try asker.require(.readRecord(FileReference(file)))
                return try self.page([file], for: asker, cursor: head)
            } catch let error as MediaError where error.code == .notFound {
                return try self.page([], for: asker, cursor: head)
            }
        }
        guard query["pathPrefix"] == nil || query["prefix"] == nil else {
            throw MediaError(.invalidRequest, "prefix is another name of pathPrefix; only one of them can count.")
        }
        let filter = FileFilter(
            collection: query["collection"],
            // RFC 9110 section 8.3.1: in any case of letters.
            type: query["type"]?.lowercased(),
            pathPrefix: query["pathPrefix"] ?? query["prefix"],
            search: query["search"],
            readable: try asker.readableRecords(of: query["collection"])
        )
        let page = try await self.files.list(
            filter,
            before: try Self.cursor(query),
            limit: try self.pageSizes.limit(query),
            where: { file in
                filter.readable == nil
                    || asker.allows(.readRecord(FileReference(file)))
            }
        )
        return try self.page(page.files, for: asker, next: page.next, cursor: page.head)
    }

    private func page(
        _ files: [MediaFile],
        for asker: RequestAccess,
        next: MediaID? = nil,
        cursor: FeedCursor?
    ) throws -> Response {
        JSON.response(
            encoded: try self.records.encodePage(
                files.map { Self.visible($0, to: asker) },
                nextCursor: next?.description,
                cursor: cursor?.text
            )
        )
    }

    private func response(_ file: MediaFile, for asker: RequestAccess) throws -> Response {
        JSON.response(encoded: try self.records.encode(Self.visible(file, to: asker)))
    }

    private static func visible(_ file: MediaFile, to asker: RequestAccess) -> MediaFile {
        var file = file
        if !asker.maySeeOwner(of: file) { file.owner = nil }
        return file
    }

    private static func cursor(_ query: QueryItems) throws(MediaError) -> MediaID? {
        guard let text = query["cursor"] else { return nil }
        guard let cursor = MediaID(text) else {
            throw MediaError(.invalidRequest, "cursor must be the nextCursor of an earlier page.")
        }
        return cursor
    }
}
