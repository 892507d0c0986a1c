package import Access
package import Credentials

/// Somebody who was recognized by a credential, and how long that counts without looking again.
///
/// The path in front of the router keeps these, so that a credential that comes with every request is verified once. It asks
/// ``AccessService/isGood(_:at:)`` each time.
package struct Recognition: Sendable {
    /// Who it is.
    package let principal: Principal
    /// What the credential is known again by.
    package let digest: CredentialDigest
    /// Until when a key counts that nobody has looked up again; nil for a token, which is looked up nowhere.
    let lookedUpUntil: ContinuousClock.Instant?
    /// Of the keys that a token was verified with.
    let keyGeneration: Int
}
