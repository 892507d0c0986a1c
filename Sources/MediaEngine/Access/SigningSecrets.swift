import MediaCore
import Synchronization

/// What one purpose is signed with: the secrets of `access.signatureKeys`, or, where there are none, one in the database, which all daemons
/// share and the first one makes.
final class SigningSecrets: Sendable {
    private let purpose: String
    private let catalog: any GrantCatalog
    private let known: Mutex<[String]?>

    /// - Parameters:
    ///   - purpose: by which the database tells its secrets apart.
    ///   - configured: the first one signs; all of them verify.
    init(for purpose: String, configured: [String], catalog: any GrantCatalog) {
        self.purpose = purpose
        self.catalog = catalog
        self.known = Mutex(configured.isEmpty ? nil : configured)
    }

    /// The secrets, the first one to sign with. The database is asked once in the life of a process.
    ///
    /// - Throws: `catalog_unavailable`.
    func secrets() async throws(MediaError) -> [String] {
        if let known = self.known.withLock({ $0 }) { return known }
        let secrets = [try await self.catalog.secret(for: self.purpose, orStore: Self.newSecret())]
        self.known.withLock { $0 = secrets }
        return secrets
    }

    /// 256 random bits in hexadecimal.
    private static func newSecret() -> String {
        var generator = SystemRandomNumberGenerator()
        let digits = Array("0123456789abcdef")
        return String((0..<64).map { _ in digits[Int.random(in: 0..<16, using: &generator)] })
    }
}
