import Primitives

/// All limits of attempts.
package struct AttemptLimits: Sendable {
    /// Wrong passwords of an account, known or not.
    let account: AttemptLimiter
    /// Wrong passwords of an address.
    let address: AttemptLimiter
    /// New accounts of an address.
    let creation: AttemptLimiter
    /// Refreshes of an address: what several pages of a household need, many times over.
    let refresh: AttemptLimiter
    /// Archives of an account.
    let export: AttemptLimiter

    package init(_ settings: AccountSettings, now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }) {
        func limiter(_ quota: Int, _ seconds: Int) -> AttemptLimiter {
            AttemptLimiter(TokenBucket.Rate(quota: quota, window: .seconds(seconds)), now: now)
        }
        self.account = limiter(settings.failuresPerAccount, 15 * 60)
        self.address = limiter(settings.failuresPerAddress, 15 * 60)
        self.creation = limiter(settings.creationsPerAddress, 60 * 60)
        self.refresh = limiter(settings.refreshesPerAddress, 60)
        self.export = limiter(settings.exportsPerAccount, 60)
    }
}
