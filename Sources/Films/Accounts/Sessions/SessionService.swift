import HTTPTypes
import Primitives

/// Signing in and out, and staying so.
struct SessionService: Sendable {
    let sessions: SessionStore
    let accounts: AccountStore
    let tokens: AccessTokens
    let ended: EndedSessions
    let passwords: any PasswordHashing
    let limits: AttemptLimits
    let lifetime: Duration
    let clock: WallClock

    /// Who wants to sign in.
    struct Attempt: Sendable {
        /// A user name or an e-mail address.
        var name: String
        var password: String
        var device: String?
        /// What attempts are counted by (``RequestOrigin/clientNetwork``).
        var address: String
    }

    /// Begins a session.
    ///
    /// A name that nobody has costs the same hash as a wrong password, and is counted in the same way. What the service could not decide is
    /// not counted.
    /// - Throws: ``FilmsError`` `invalid_credentials`, `rate_limited`, `busy`.
    func signIn(_ attempt: Attempt) async throws(FilmsError) -> SessionGrant {
        try await self.limits.address.countingFailures(attempt.address) { () async throws(FilmsError) in
            let key = AccountFields.key(ofName: attempt.name)
            let account = try await self.accounts.credentials(of: key)
            let counted = account.map { "account \($0.id)" } ?? "name \(key)"
            return try await self.limits.account.countingFailures(counted) { () async throws(FilmsError) in
                try await self.begin(attempt, account)
            }
        }
    }

    private func begin(
        _ attempt: Attempt,
        _ account: AccountStore.Credentials?
    ) async throws(FilmsError) -> SessionGrant {
        let verdict = try await self.passwords.check(attempt.password, against: account?.passwordHash)
        guard let account, case .right(let replacement) = verdict else { throw Self.invalidCredentials }
        let now = self.clock()
        let session = SessionStore.NewSession(
            id: RecordID(now: now),
            accountID: account.id,
            passwordHash: account.passwordHash,
            replacement: replacement,
            device: attempt.device,
            lifetime: self.lifetime
        )
        guard let token = try await self.sessions.insert(session, now: now) else { throw Self.invalidCredentials }
        return try await self.grant(token, account.id, account.role)
    }

    /// A new access token and the successor of the refresh token.
    /// - Throws: ``FilmsError`` `unauthenticated`, `token_reused`, `rate_limited`.
    func refresh(_ token: RefreshToken?, address: String) async throws(FilmsError) -> SessionGrant {
        try self.limits.refresh.take(address)
        guard let token else { throw Self.signedOut }
        switch try await self.sessions.refresh(token, lifetime: self.lifetime, now: self.clock()) {
        case .token(let successor, let account, let role): return try await self.grant(successor, account, role)
        case .unknown: throw Self.signedOut
        case .reused(let session):
            self.ended.insert([session])
            throw FilmsError(
                .tokenReused,
                .tokenReused
            )
        }
    }

    /// Ends the session of the cookie, and that of the access token. Without either nothing happens.
    func signOut(_ token: RefreshToken?, accessToken: String?) async throws(FilmsError) {
        if let token, let session = try await self.sessions.end(by: token) { self.ended.insert([session]) }
        guard let accessToken else { return }
        let caller: Caller
        do {
            caller = try await self.tokens.caller(of: accessToken)
        } catch {
            guard error.code.status != .serviceUnavailable else { throw error }
            // One that is good no more signs nobody out.
            return
        }
        try await self.end(caller.sessionID, of: caller.accountID)
    }

    /// Ends a session of the account, if there is such a one.
    @discardableResult
    func end(_ session: RecordID, of account: RecordID) async throws(FilmsError) -> Bool {
        guard try await self.sessions.end(session, of: account) else { return false }
        self.ended.insert([session])
        return true
    }

    /// Compares a password of somebody who is signed in, counted like a sign-in.
    /// - Throws: ``FilmsError`` `invalid_credentials`, as 403: the access token is good.
    func prove(_ password: String, is hash: String, of account: RecordID) async throws(FilmsError) {
        try await self.limits.account.countingFailures("account \(account)") { () async throws(FilmsError) in
            guard case .right = try await self.passwords.check(password, against: hash) else {
                var error = FilmsError(.invalidCredentials, .passwordWrong)
                error.status = .forbidden
                throw error
            }
        }
    }

    private func grant(
        _ token: RefreshToken,
        _ account: RecordID,
        _ role: Role
    ) async throws(FilmsError) -> SessionGrant {
        let access = try await self.tokens.issue(account, session: token.sessionID, role: role)
        return SessionGrant(accessToken: access.text, expiresAt: access.end, refreshToken: token)
    }

    private static let invalidCredentials = FilmsError(.invalidCredentials, .credentialsWrong)
    private static let signedOut = FilmsError(.unauthenticated, .signedOut)
}
