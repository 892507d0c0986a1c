import Postgres

/// Turns what the database says into what a caller understands.
enum DatabaseFailure {
    static func meaning(of error: PostgresError) -> FilmsError {
        if error.code == .encoding || error.sqlState == "22P05" {
            return FilmsError(.invalidRequest, .nullCharacter, cause: error)
        }
        // What refers to an account by these names: it was deleted while its request was under way.
        let owners = ["_account_id_fkey", "_owner_id_fkey", "_author_id_fkey", "_added_by_fkey", "sessions_account"]
        if error.sqlState == "23503", let name = error.constraint, owners.contains(where: { name.hasSuffix($0) }) {
            return FilmsError(.unauthenticated, .accountDeleted, cause: error)
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
