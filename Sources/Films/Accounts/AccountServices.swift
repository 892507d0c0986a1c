package import Logging
import MediaClient
package import Primitives

/// What accounts and sessions are built from, once for the process.
package struct AccountServices: Sendable {
    package let tokens: AccessTokens
    let sessionService: SessionService
    let requests: RequestFacts
    let limits: AttemptLimits
    private let accounts: AccountStore
    private let exportPlaces = ExportPlaces()
    private let ended: EndedSessions
    private let logger: Logger

    /// Reads the keys of access tokens.
    /// - Throws: ``FilmsError``, when the database is away.
    package init(
        _ settings: AccountSettings,
        database: FilmsDatabase,
        passwords: any PasswordHashing,
        clock: @escaping WallClock,
        logger: Logger
    ) async throws(FilmsError) {
        let ended = EndedSessions(database: database)
        self.tokens = try await AccessTokens(
            database: database,
            issuer: settings.issuer,
            ended: ended,
            clock: clock
        )
        self.ended = ended
        self.limits = AttemptLimits(settings)
        self.accounts = AccountStore(database: database)
        self.requests = RequestFacts(trustedProxies: settings.trustedProxies)
        self.logger = logger
        self.sessionService = SessionService(
            sessions: SessionStore(database: database),
            accounts: self.accounts,
            tokens: self.tokens,
            ended: ended,
            passwords: passwords,
            limits: self.limits,
            lifetime: settings.sessionLifetime,
            clock: clock
        )
    }

    /// Accounts as their own people get them.
    package var records: any AccountRecords { self.accounts }

    /// In which language problems are told to an account.
    var languages: @Sendable (RecordID) async -> Language? {
        { [accounts] id in await accounts.language(of: id) }
    }

    func accountService(files: any FileDirectory) -> AccountService {
        AccountService(
            accounts: self.accounts,
            sessions: self.sessionService,
            passwords: self.sessionService.passwords,
            files: files,
            limits: self.limits,
            clock: self.sessionService.clock
        )
    }

    func exportService(media: MediaClient) -> ExportService {
        ExportService(
            accounts: self.accounts,
            files: ExportFiles(database: self.accounts.database),
            media: media,
            limits: self.limits,
            places: self.exportPlaces,
            clock: self.sessionService.clock
        )
    }

    /// Follows what other processes end and which keys they make, until it is cancelled. While the database is away it goes on trying.
    package func follow() async {
        var round = 0
        var isAway = false
        while !Task.isCancelled {
            do {
                try await self.ended.look()
                if round % Self.roundsBetweenKeys == 0 { try await self.tokens.reload() }
                if round % Self.roundsBetweenSweeps == 0 {
                    try await self.ended.sweep(now: self.sessionService.clock())
                }
                isAway = false
            } catch {
                if !isAway, !Task.isCancelled {
                    self.logger.warning("Ended sessions cannot be followed", metadata: ["error": "\(error.reason)"])
                }
                isAway = true
            }
            round += 1
            try? await Task.sleep(for: EndedSessions.interval)
        }
    }

    /// Every ten seconds, and every ten minutes.
    private static let roundsBetweenKeys = 25
    private static let roundsBetweenSweeps = 1500
}
