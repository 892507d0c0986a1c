package import Credentials
package import MediaCore
import Synchronization

/// Signs and reads grants, with keys that follow from `access.signatureKeys`, or, where there are none, from a secret in the database,
/// which all daemons share and the first one makes.
package final class GrantAuthority: Sendable {
    private let catalog: any GrantCatalog
    private let known: Mutex<GrantTokens?>

    /// - Parameter signatureKeys: the first one signs; all of them verify.
    package init(signatureKeys: [String], catalog: any GrantCatalog) {
        self.catalog = catalog
        self.known = Mutex(signatureKeys.isEmpty ? nil : GrantTokens(signatureKeys: signatureKeys))
    }

    /// What signs and reads them. The database is asked once in the life of a process.
    ///
    /// - Throws: `catalog_unavailable`.
    package func tokens() async throws(MediaError) -> GrantTokens {
        if let known = self.known.withLock({ $0 }) { return known }
        let secret = try await self.catalog.secret(for: "grant", orStore: Self.newSecret())
        let tokens = GrantTokens(signatureKeys: [secret])
        self.known.withLock { $0 = tokens }
        return tokens
    }

    /// 256 random bits in hexadecimal.
    private static func newSecret() -> String {
        var generator = SystemRandomNumberGenerator()
        let digits = Array("0123456789abcdef")
        return String((0..<64).map { _ in digits[Int.random(in: 0..<16, using: &generator)] })
    }
}
