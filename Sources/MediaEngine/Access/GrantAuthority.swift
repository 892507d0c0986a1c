package import Credentials
package import MediaCore
import Synchronization

/// Signs and reads grants, with keys that follow from `access.signatureKeys`, or, where there are none, from a secret in the database.
package final class GrantAuthority: Sendable {
    private let secrets: SigningSecrets
    private let known = Mutex<GrantTokens?>(nil)

    /// - Parameter signatureKeys: the first one signs; all of them verify.
    package init(signatureKeys: [String], catalog: any GrantCatalog) {
        self.secrets = SigningSecrets(for: "grant", configured: signatureKeys, catalog: catalog)
    }

    /// What signs and reads them.
    ///
    /// - Throws: `catalog_unavailable`.
    package func tokens() async throws(MediaError) -> GrantTokens {
        if let known = self.known.withLock({ $0 }) { return known }
        let tokens = GrantTokens(signatureKeys: try await self.secrets.secrets())
        self.known.withLock { $0 = tokens }
        return tokens
    }
}
