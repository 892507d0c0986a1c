package import Access
package import Credentials
import MediaCore
package import Primitives
import Synchronization

/// The keys by which JSON Web Tokens are verified. They may be replaced while requests come: a key set is read again in the background,
/// and never because of a request.
package final class TokenAuthority: Sendable {
    private let verifier: TokenVerifier
    private let keys: Mutex<KeySet>
    private let replacements = Atomic<Int>(0)
    /// Whether no token is trusted here at all.
    package let isEmpty: Bool

    /// - Parameter isEmpty: true where nothing was configured that keys could come from.
    package init(verifier: TokenVerifier, keys: KeySet, isEmpty: Bool) {
        self.verifier = verifier
        self.keys = Mutex(keys)
        self.isEmpty = isEmpty
    }

    /// Takes other keys from now on.
    package func replace(_ keys: KeySet) {
        self.keys.withLock { $0 = keys }
        self.replacements.add(1, ordering: .sequentiallyConsistent)
    }

    /// Raised when other keys were taken: what was verified before is to be verified again. To be read before a verification.
    var generation: Int { self.replacements.load(ordering: .sequentiallyConsistent) }

    /// Whether a key, by what identifies it, is among those that verify tokens now.
    func trusts(_ identity: String) -> Bool { self.keys.withLock { $0.contains(identity: identity) } }

    /// Who comes with a token.
    package func principal(of text: String, at time: Timestamp) throws(CredentialError) -> Principal {
        try self.verifier.principal(of: text, keys: self.keys.withLock { $0 }, at: time)
    }
}
