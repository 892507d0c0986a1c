import Postgres
import Primitives

/// The rules of comments: who may change them, and what they make of a film's ratings.
struct CommentService: Sendable {
    let database: FilmsDatabase

    /// What a comment says.
    struct Content: Hashable, Sendable {
        var text: String
        var rating: Double?

        /// - Throws: `validation_failed` for neither a text nor a rating.
        func check() throws(FilmsError) {
            guard self.text.isEmpty, self.rating == nil else { return }
            throw FilmsError(
                .validationFailed,
                .commentEmpty,
                fields: [FieldProblem("text", .required, .textOrRating)]
            )
        }
    }

    /// A page of a film's comments, the newest first.
    ///
    /// - Parameter place: of the last comment of the page before.
    /// - Throws: `not_found` for a film that is not there.
    func page(
        of movieID: RecordID,
        after place: (createdAt: Timestamp, id: RecordID)?,
        limit: Int
    ) async throws(FilmsError) -> [CommentStore.Found] {
        try await self.database.run { client in
            guard try await !client.query("SELECT FROM films.movies WHERE id = \(movieID)").rows.isEmpty else {
                throw FilmsError.notFound
            }
            var condition: PostgresQuery = "c.movie_id = \(movieID)"
            if let place {
                condition = "\(fragment: condition) AND (c.created_at, c.id) < (\(place.createdAt), \(place.id))"
            }
            return try await CommentStore.records(where: condition, limit: limit, on: client)
        }
    }

    /// Makes a comment, or gives the first response of the same request.
    /// - Throws: `not_found`, `gone` for the film; `id_taken`, `gone`.
    func create(
        _ id: RecordID,
        _ content: Content,
        on movieID: RecordID,
        by accountID: RecordID,
        body: RequestBody
    ) async throws(FilmsError) -> Creation.FirstResponse {
        try content.check()
        // The film is a part of what is asked for, though it stands in the path.
        let asked = RequestBody(
            members: body.members.merging(["movie": .text(movieID.description)]) { _, film in film }
        )
        return try await self.database.transaction { connection in
            let creation = Creation(id, of: "comment", by: accountID, body: asked)
            if let first = try await creation.claim(on: connection) { return first }
            try await MovieRows.lock(movieID, isChanged: content.rating != nil, on: connection)
            _ = try await connection.query(
                """
                INSERT INTO films.comments (id, movie_id, author_id, text, rating, rated_at) \
                VALUES (\(id), \(movieID), \(accountID), \(content.text), \(nullable: content.rating)::numeric, \
                CASE WHEN \(content.rating != nil) THEN now() END)
                """
            )
            if content.rating != nil { try await Self.count(movieID, connection) }
            return try await creation.finish(
                record: CommentStore.json(of: id),
                note: "films.note('comment', \(id), 1, NULL, 'created')",
                on: connection
            )
        }
    }

    /// Changes what is given. What is so already makes no new version.
    ///
    /// - Parameter change: makes the new content of the present one.
    /// - Throws: `forbidden` for another person's.
    func change(
        _ id: RecordID,
        of movieID: RecordID,
        by accountID: RecordID,
        _ change: @escaping @Sendable (Content) -> Content
    ) async throws(FilmsError) -> StoredRecord {
        try await self.database.transaction { connection in
            // The film before the comment: who deletes a film locks them in this order, too.
            _ = try await connection.query("SELECT FROM films.movies WHERE id = \(movieID) FOR NO KEY UPDATE")
            let present = try await CommentStore.lock(id, of: movieID, on: connection)
            guard present.authorID == accountID else {
                throw FilmsError(.forbidden, .onlyAuthorChanges)
            }
            let before = Content(text: present.text, rating: present.rating)
            let content = change(before)
            try content.check()
            if content != before {
                _ = try await connection.query(
                    """
                    WITH changed AS (UPDATE films.comments SET text = \(content.text), \
                    rating = \(nullable: content.rating)::numeric, \
                    rated_at = CASE WHEN \(content.rating == before.rating) THEN rated_at \
                    WHEN \(content.rating != nil) THEN now() END, \
                    updated_at = now(), version = version + 1 WHERE id = \(id) RETURNING id, version) \
                    SELECT films.note('comment', id, version, NULL, 'updated') FROM changed
                    """
                )
                if content.rating != before.rating { try await Self.count(movieID, connection) }
            }
            return try await CommentStore.record(id, on: connection)
        }
    }

    /// - Throws: `forbidden` for another person's, unless the caller is an administrator.
    func delete(_ id: RecordID, of movieID: RecordID, by caller: Caller) async throws(FilmsError) {
        try await self.database.transaction { connection in
            _ = try await connection.query("SELECT FROM films.movies WHERE id = \(movieID) FOR NO KEY UPDATE")
            let present = try await CommentStore.lock(id, of: movieID, on: connection)
            guard present.authorID == caller.accountID || caller.isAdministrator else {
                throw FilmsError(.forbidden, .onlyAuthorDeletes)
            }
            // A trigger counts the ratings anew and says that it is gone, as when the film or the account goes.
            _ = try await connection.query("DELETE FROM films.comments WHERE id = \(id)")
        }
    }

    private static func count(_ movieID: RecordID, _ connection: PostgresConnection) async throws {
        _ = try await connection.query("SELECT films.note_rating(\(movieID))")
    }
}
