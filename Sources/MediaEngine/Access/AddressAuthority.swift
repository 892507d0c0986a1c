package import Credentials
package import MediaCore
import Synchronization

/// Signs and verifies addresses, with the keys of `access.signatureKeys`, or, where there are none, with a secret in the database.
///
/// Addresses are verified on event loops, where nothing can be looked up, so the secret is read before the first request comes.
package final class AddressAuthority: Sendable {
    private let secrets: SigningSecrets
    private let known: Mutex<AddressSigner>

    /// - Parameter signatureKeys: the first one signs; all of them verify.
    package init(signatureKeys: [String], catalog: any GrantCatalog) {
        self.secrets = SigningSecrets(for: "address", configured: signatureKeys, catalog: catalog)
        self.known = Mutex(AddressSigner(secrets: signatureKeys))
    }

    /// What signs and verifies; reads the secret where that was not done yet.
    ///
    /// - Throws: `catalog_unavailable`.
    @discardableResult
    package func prepare() async throws(MediaError) -> AddressSigner {
        let signer = self.signer
        guard !signer.hasKeys else { return signer }
        let made = AddressSigner(secrets: try await self.secrets.secrets())
        self.known.withLock { $0 = made }
        return made
    }

    /// The same without looking anything up: before ``prepare()`` it takes every signed address for a forged one.
    package var signer: AddressSigner { self.known.withLock { $0 } }
}
