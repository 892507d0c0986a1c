import Postgres

/// Turns what the database says into what a caller understands.
enum DatabaseFailure {
    static func meaning(of error: PostgresError) -> FilmsError {
        if error.code == .encoding || error.sqlState == "22P05" {
            return FilmsError(.invalidRequest, .nullCharacter, cause: error)
        }
        if error.sqlState == "53100" {
            return FilmsError(
                .storageFull,
                .databaseFull,
                cause: error
            )
        }
        if error.isConnectionProblem || error.isPassing || error.sqlState == "25006" || error.isSchemaProblem
            || [.poolClosed, .cancelled].contains(error.code)
        {
            return FilmsError(
                .databaseUnavailable,
                .databaseAway,
                retryAfter: 2,
                cause: error
            )
        }
        return FilmsError(.internalError, .internalError, cause: error)
    }
}
