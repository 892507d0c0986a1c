import MediaCore
import Postgres

/// Turns what the database says into what the engine understands.
enum CatalogFailure {
    /// Runs `body` and translates its errors.
    static func translate<Result: Sendable>(
        _ body: @Sendable () async throws -> Result
    ) async throws(MediaError) -> Result {
        do {
            return try await body()
        } catch let error as MediaError {
            throw error
        } catch let error as PostgresError {
            throw self.translation(of: error)
        } catch {
            throw MediaError(.internalError, "The catalog failed for a reason it should not have.", cause: error)
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
        return MediaError(.internalError, "The catalog refused a statement.", cause: error)
    }

    private static func unstorableText(_ error: PostgresError) -> MediaError {
        MediaError(
            .invalidRequest,
            "A text holds the character U+0000, which cannot be kept. Leave it out.",
            cause: error
        )
    }
}
