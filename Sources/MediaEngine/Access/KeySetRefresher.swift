package import Credentials
package import Logging
import Primitives
import ServiceLifecycle

/// Reads a JSON Web Key Set again and again, so that keys that whoever makes tokens takes up, or gives up, are followed without a restart.
///
/// No request waits for it or causes it. A set that cannot be read, or has no usable key, is logged once and changes nothing: the last
/// good keys count.
package final class KeySetRefresher: Service {
    private let authority: TokenAuthority
    private let secrets: [VerificationKey]
    private let interval: Duration
    private let place: String
    private let read: @Sendable () async throws -> [UInt8]
    private let pause: @Sendable (Duration) async throws -> Void
    private let logger: Logger

    /// The shortest pause after a failure.
    static let firstPause = Duration.seconds(1)

    /// - Parameters:
    ///   - authority: takes the keys.
    ///   - secrets: count beside those of the set.
    ///   - interval: between two readings; after a failure from a second on, each time twice as long, up to this.
    ///   - place: where the set is, for the log.
    ///   - read: reads it whole, bounded in time and size.
    package init(
        authority: TokenAuthority,
        secrets: [VerificationKey],
        interval: Duration,
        place: String,
        read: @escaping @Sendable () async throws -> [UInt8],
        pause: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) },
        logger: Logger
    ) {
        self.authority = authority
        self.secrets = secrets
        self.interval = interval
        self.place = place
        self.read = read
        self.pause = pause
        self.logger = logger
    }

    /// Reads until graceful shutdown.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            var state = State(backoff: Backoff(range: min(Self.firstPause, self.interval)...self.interval))
            while !Task.isCancelled {
                let pause = await self.refresh(&state)
                guard (try? await self.pause(pause)) != nil else { return }
            }
        }
    }

    /// What was read last, and how it went.
    struct State {
        var bytes: [UInt8] = []
        var failure: String?
        var backoff: Backoff
    }

    /// - Returns: how long to wait.
    func refresh(_ state: inout State) async -> Duration {
        do {
            let bytes = try await self.read()
            if bytes != state.bytes || state.failure != nil {
                let set = try await KeySet(jwks: bytes)
                self.authority.replace(KeySet(self.secrets + set.keys))
                state.bytes = bytes
                self.logger.notice(
                    "The keys of tokens were read",
                    metadata: ["place": "\(self.place)", "keys": .stringConvertible(set.keys.count)]
                )
            }
            state.failure = nil
            state.backoff.succeeded()
            return self.interval
        } catch {
            let failure = "\(error)"
            if !Task.isCancelled, failure != state.failure {
                state.failure = failure
                self.logger.error(
                    "The keys of tokens cannot be read; the last good ones count",
                    metadata: ["place": "\(self.place)", "error": "\(failure)"]
                )
            }
            return state.backoff.failed(at: .now, jitter: .random(in: 0...1))
        }
    }
}
