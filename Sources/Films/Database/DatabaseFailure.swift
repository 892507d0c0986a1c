import Postgres

/// Turns what the database says into what a caller understands.
enum DatabaseFailure {
    static func meaning(of error: PostgresError) -> FilmsError {
        if error.code == .encoding || error.sqlState == "22P05" {
            return FilmsError(.invalidRequest, "A text holds the character U+0000. Leave it out.", cause: error)
        }
        if error.sqlState == "53100" {
            return FilmsError(
                .storageFull,
                "The disk of the database is full. An operator has to make room.",
                cause: error
            )
        }
        if error.isConnectionProblem || error.isPassing || error.sqlState == "25006" || error.isSchemaProblem
            || [.poolClosed, .cancelled].contains(error.code)
        {
            return FilmsError(
                .databaseUnavailable,
                "The database cannot be reached, or takes no changes just now. Try again in a moment.",
                retryAfter: 2,
                cause: error
            )
        }
        return FilmsError(.internalError, "Something went wrong in the service; its log has more.", cause: error)
    }
}
