package import MediaCore
import Postgres

/// Turns what the database says into what the engine understands.
enum CatalogFailure {
    /// How often work is done again that the server undid.
    private static let repetitions = 4

    /// Runs `body` and translates its errors.
    /// - Parameter body: changes nothing but the database, so that it can be done again where the server undid it in favour of
    ///   another transaction.
    static func translate<Result: Sendable>(
        _ body: @Sendable () async throws -> Result
    ) async throws(MediaError) -> Result {
        var repetition = 0
        while true {
            do {
                return try await body()
            } catch let error as MediaError {
                throw error
            } catch let error as PostgresError {
                guard error.isWorthRepeating, repetition < Self.repetitions, !Task.isCancelled else {
                    throw self.translation(of: error)
                }
                // Those who were in conflict do not meet again; a cancelled pause is found by the next round.
                try? await Task.sleep(for: .milliseconds(Int.random(in: 2...10) << repetition))
                repetition += 1
            } catch {
                throw MediaError(.internalError, "The catalog failed for a reason it should not have.", cause: error)
            }
        }
    }

    private static func translation(of error: PostgresError) -> MediaError {
        switch (error.sqlState, error.constraint) {
        case ("23505", "commits_collection_name_key"), ("23505", "commits_path_key"):
            return MediaError(
                .nameBusy,
                "Another upload or deletion of this name is under way. Try again in a moment.",
                cause: error
            )
        case ("23505", "files_path_key"), ("23505", "files_collection_name_key"):
            return MediaError(.nameTaken, "The name or path belongs to another file.", cause: error)
        case ("P0002", _):
            // Raised by our own functions.
            return MediaError(.notFound, "There is no file with this id.", cause: error)
        case ("23514", let name?) where name.hasPrefix("links_"):
            return MediaError(.invalidRequest, "The link has a part that is not allowed.", cause: error)
        case ("23503", _), ("23001", _):
            // foreign_key_violation; restrict_violation since PostgreSQL 18, for ON DELETE RESTRICT.
            return MediaError(
                .fileReferenced,
                "The file is still referenced\(error.table.map { " by \($0)" } ?? ""). Remove the reference first.",
                cause: error
            )
        case ("22P05", _):
            // jsonb; a text parameter is refused before it is sent.
            return self.unstorableText(error)
        default: break
        }
        if error.code == .encoding { return self.unstorableText(error) }
        if error.sqlState == "25006" {
            return MediaError(
                .catalogUnavailable,
                "The database takes no changes just now: it is read-only. Try again in a moment.",
                cause: error
            )
        }
        if error.isPassing || [.poolClosed, .cancelled].contains(error.code) {
            return MediaError(
                .catalogUnavailable,
                "The database cannot be reached or is overloaded just now. Try again in a moment.",
                cause: error
            )
        }
        if error.isSchemaProblem { return self.schemaProblem(error) }
        return MediaError(.internalError, "The catalog refused a statement.", cause: error)
    }

    /// A part of the schema is gone, or a right. That passes as soon as somebody brings it back.
    static func schemaProblem(_ error: PostgresError) -> MediaError {
        MediaError(
            .catalogUnavailable,
            """
            The database lacks a part of mediad's schema, or refuses it to mediad's role. An operator finds the server's words \
            in the log.
            """,
            cause: error
        )
    }

    private static func unstorableText(_ error: PostgresError) -> MediaError {
        MediaError(
            .invalidRequest,
            "A text holds the character U+0000, which cannot be kept. Leave it out.",
            cause: error
        )
    }
}

extension MediaError {
    /// Whether the database lacks a part of the schema, or refuses it to the role. Of a running daemon that passes when somebody
    /// brings it back; at a start it is a mistake of whoever set the database up.
    package var isSchemaProblem: Bool {
        self.code == .catalogUnavailable && (self.cause as? PostgresError)?.isSchemaProblem == true
    }
}
