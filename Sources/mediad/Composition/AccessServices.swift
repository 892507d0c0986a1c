import Access
import Credentials
import Logging
import MediaCatalog
import MediaCore
import MediaEngine
import MediaStorage
import NIOPosix
import ServiceLifecycle
import ServiceSupport

/// Who may do what, as the settings have it.
struct AccessServices: Sendable {
    /// Makes and recognizes the keys of API services.
    let keys: KeyService
    /// Gives the right to one upload away.
    let grants: GrantService
    /// The one that decides.
    let service: AccessService
    private let tokens: TokenAuthority
    private let settings: Settings
    private let secrets: [VerificationKey]
    private let logger: Logger

    /// - Throws: `invalid_configuration` for a secret that is too short.
    init(_ settings: Settings, catalog: PostgresCatalog, logger: Logger) throws(MediaError) {
        self.settings = settings
        self.logger = logger
        let access = settings.access
        self.keys = KeyService(catalog: catalog, clock: { Timestamp.now() })
        var secrets: [VerificationKey] = []
        for secret in access.tokens.secrets {
            do throws(KeySetError) {
                secrets.append(try VerificationKey(secret: secret))
            } catch {
                throw MediaError(.invalidConfiguration, "access.jwt.secrets: \(error)")
            }
        }
        self.secrets = secrets
        self.tokens = TokenAuthority(
            verifier: TokenVerifier(audiences: Set(access.tokens.audiences), issuer: access.tokens.issuer),
            keys: KeySet(secrets),
            isEmpty: access.tokens.isEmpty
        )
        let grants = GrantAuthority(signatureKeys: access.signatureKeys, catalog: catalog)
        self.grants = GrantService(settings, authority: grants)
        self.service = AccessService(
            policy: AccessPolicy(
                visibilities: Dictionary(
                    settings.collections.map { ($0.name, $0.access) },
                    uniquingKeysWith: { first, _ in first }
                )
            ),
            mode: access.mode,
            isLoopbackOnly: settings.isForThisMachineOnly,
            keys: self.keys,
            tokens: self.tokens,
            grants: grants,
            addresses: AddressAuthority(signatureKeys: access.signatureKeys, catalog: catalog),
            clock: { Timestamp.now() }
        )
    }

    /// Makes sure that nobody else than this machine reaches a daemon that nobody needs credentials for, and says in the log how it is.
    ///
    /// - Throws: `invalid_configuration` with the command that helps; `catalog_unavailable`.
    func check() async throws(MediaError) {
        let (mode, command) = (self.settings.access.mode, self.settings.firstKeyCommand)
        guard mode != .open else {
            return self.logger.warning("access.mode is open: whoever reaches the daemon may do everything")
        }
        guard self.tokens.isEmpty, try await !self.keys.hasValid() else { return }
        let hadKeys = try await self.keys.hasAny()
        let isForThisMachineOnly = self.settings.isForThisMachineOnly
        // One that had keys is closed, and what is public goes on being read after the last one has expired.
        if hadKeys || mode == .required && isForThisMachineOnly {
            return self.logger.warning(
                "There is no key that counts, so nobody may change anything. Make one",
                metadata: ["command": "\(command)"]
            )
        }
        guard !isForThisMachineOnly else {
            return self.logger.warning(
                """
                There is no key yet, so whoever reaches the daemon may do everything; it listens for this machine only. With the first key \
                that ends
                """,
                metadata: ["command": "\(command)"]
            )
        }
        throw MediaError(
            .invalidConfiguration,
            """
            Others than this machine can reach the daemon (http.hostname, tls.hostname, http.trustedProxies), and there is no key yet\
            \(mode == .auto ? ": everybody could upload and delete" : ": nobody could upload"). Make a key first: \(command)
            Where something in front of the daemon decides who may do what, set access.mode to open.
            """
        )
    }

    /// What follows the key set of whoever makes tokens.
    func services(pool: NIOThreadPool) -> [any Service] {
        guard let place = self.settings.access.tokens.keySet else { return [] }
        switch place {
        case .file(let path):
            let file = KeySetFile(path: path, pool: pool)
            return [self.refresher(path, every: KeySetFile.interval) { try await file.read() }]
        case .url(let url):
            let address = KeySetAddress(url: url)
            let interval = self.settings.access.tokens.refreshInterval
            let refresher = self.refresher(SecretText.redacted(url), every: interval) { try await address.read() }
            return [
                CancelledService {
                    try await refresher.run()
                    await address.close()
                }
            ]
        }
    }

    private func refresher(
        _ place: String,
        every interval: Duration,
        read: @escaping @Sendable () async throws -> [UInt8]
    ) -> KeySetRefresher {
        KeySetRefresher(
            authority: self.tokens,
            secrets: self.secrets,
            interval: interval,
            place: place,
            read: read,
            logger: self.logger
        )
    }
}
