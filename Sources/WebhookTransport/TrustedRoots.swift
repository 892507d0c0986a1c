import MediaCore
package import NIOPosix
import NIOSSL
import Synchronization

/// Whose certificates are good: the system's authorities, and those of a file.
///
/// They are read once, when they are needed first: that takes a while, and many daemons have no webhooks.
package final class TrustedRoots: Sendable {
    private let file: String?
    private let pool: NIOThreadPool
    private let known = Mutex<NIOSSLContext?>(nil)

    /// - Parameters:
    ///   - file: further authorities, in PEM (`webhooks.trustedCertificates`).
    ///   - pool: where the files are read.
    package init(file: String?, pool: NIOThreadPool) {
        self.file = file
        self.pool = pool
    }

    /// - Throws: ``WebhookFailure`` `insecure` when the file cannot be used.
    func context() async throws(WebhookFailure) -> NIOSSLContext {
        if let known = self.known.withLock(\.self) { return known }
        do {
            let context = try await self.pool.runIfActive { [file] in
                var configuration = TLSConfiguration.makeClientConfiguration()
                configuration.minimumTLSVersion = .tlsv12
                configuration.applicationProtocols = ["http/1.1"]
                if let file { configuration.additionalTrustRoots = [.file(file)] }
                return try NIOSSLContext(configuration: configuration)
            }
            self.known.withLock { $0 = context }
            return context
        } catch {
            throw .insecure
        }
    }
}
