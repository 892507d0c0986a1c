/// Whoever makes a request with a good access token.
package struct Caller: Hashable, Sendable {
    package var accountID: RecordID
    /// The session that the token belongs to; it may be ended while the token is still good.
    package var sessionID: RecordID
    package var isAdministrator: Bool

    package init(accountID: RecordID, sessionID: RecordID, isAdministrator: Bool) {
        self.accountID = accountID
        self.sessionID = sessionID
        self.isAdministrator = isAdministrator
    }
}

/// Finds out who an access token stands for.
package protocol CallerVerifier: Sendable {
    /// - Parameter token: of `Authorization: Bearer`.
    /// - Throws: ``FilmsError`` `token_invalid`, `token_expired`, `unauthenticated` (its session was ended), `database_unavailable`.
    func caller(of token: String) async throws(FilmsError) -> Caller
}
