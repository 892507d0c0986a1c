package import HTTPSemantics
package import Primitives

/// What accounts and sessions are set to. Every field is a documented setting of filmd (`accounts.*`).
package struct AccountSettings: Sendable {
    /// Memory of one hash; what an attacker's machine needs for each guess, too.
    package var passwordMemory: ByteCount
    /// How long a hash is to take on this machine.
    package var passwordTime: Duration
    /// Hashes at once.
    package var passwordThreads: Int
    /// Hashes that may wait for a thread.
    package var passwordQueue: Int
    /// Wrong passwords for one account in 15 minutes.
    package var failuresPerAccount: Int
    /// Wrong passwords from one address in 15 minutes.
    package var failuresPerAddress: Int
    /// New accounts from one address in an hour.
    package var creationsPerAddress: Int
    /// Refreshes from one address in a minute.
    package var refreshesPerAddress: Int
    /// Archives of one account in a minute.
    package var exportsPerAccount: Int
    /// `iss` of access tokens.
    package var issuer: String
    /// How long a session lasts that is not used.
    package var sessionLifetime: Duration
    /// Proxies whose word about a request's origin is taken.
    package var trustedProxies: TrustedAddresses

    /// OWASP's recommendation for Argon2id is at least 19 MiB and two passes; less is not to be set.
    package static let minimumMemory = ByteCount.mebibytes(19)

    package init(
        passwordMemory: ByteCount = .mebibytes(64),
        passwordTime: Duration = .milliseconds(250),
        passwordThreads: Int = 2,
        passwordQueue: Int = 64,
        failuresPerAccount: Int = 10,
        failuresPerAddress: Int = 100,
        creationsPerAddress: Int = 100,
        refreshesPerAddress: Int = 600,
        exportsPerAccount: Int = 6,
        issuer: String = "filmd",
        sessionLifetime: Duration = .seconds(30 * 86400),
        trustedProxies: TrustedAddresses
    ) {
        self.passwordMemory = passwordMemory
        self.passwordTime = passwordTime
        self.passwordThreads = passwordThreads
        self.passwordQueue = passwordQueue
        self.failuresPerAccount = failuresPerAccount
        self.failuresPerAddress = failuresPerAddress
        self.creationsPerAddress = creationsPerAddress
        self.refreshesPerAddress = refreshesPerAddress
        self.exportsPerAccount = exportsPerAccount
        self.issuer = issuer
        self.sessionLifetime = sessionLifetime
        self.trustedProxies = trustedProxies
    }
}
