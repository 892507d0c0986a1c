import Logging
import NIOCore
import Synchronization

/// Collects where the server listens, and tells it once all listeners do.
final class ListeningURLs: Sendable {
    private let schemes: [String]
    private let logger: Logger
    private let onListening: @Sendable ([String]) -> Void
    private let urls = Mutex<[String: String]>([:])

    /// - Parameters:
    ///   - schemes: of the listeners that are to come, in the order in which they are told.
    ///   - onListening: called once.
    init(schemes: [String], logger: Logger, onListening: @escaping @Sendable ([String]) -> Void) {
        self.schemes = schemes
        self.logger = logger
        self.onListening = onListening
    }

    /// A listener accepts connections.
    ///
    /// - Parameters:
    ///   - address: where it is bound; nil when that cannot be found out.
    ///   - hostname: what it was told to bind to, as is `port`.
    func listening(scheme: String, at address: SocketAddress?, hostname: String, port: Int) {
        let host = address?.ipAddress ?? hostname
        let url = "\(scheme)://\(host.contains(":") ? "[\(host)]" : host):\(address?.port ?? port)"
        let urls = self.urls.withLock {
            $0[scheme] = url
            return self.schemes.compactMap { [known = $0] in known[$0] }
        }
        guard urls.count == self.schemes.count else { return }
        self.logger.notice("Listening", metadata: ["url": "\(urls.joined(separator: " "))"])
        self.onListening(urls)
    }
}
