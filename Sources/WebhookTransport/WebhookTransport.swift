import HTTPSemantics
package import MediaCore
package import NIOCore
import NIOSSL

/// Sends messages to endpoints that somebody else chose: one connection for each, to an address that was checked, with HTTP/1.1.
///
/// No request to another service can be forged through it: it connects to the very address that it has checked, whatever the name means a
/// second later; it follows no redirect; it uses no proxy and sends no credentials; and it reads no more of a response than it needs.
package struct WebhookTransport: WebhookSender {
    private let limits: Limits
    private let rules: AddressRules
    private let resolver: any HostResolver
    private let trust: TrustedRoots
    private let eventLoopGroup: any EventLoopGroup
    private let clock: WallClock

    /// Every field is a configuration key (`webhooks.*`).
    package struct Limits: Hashable, Sendable {
        /// To connect to one address.
        package var connectTimeout: Duration
        /// From the beginning to the response's head, the resolution of the name included; and for the response as a whole.
        package var timeout: Duration
        /// Of a response, head included; what is behind is not read.
        package var responseLength: ByteCount

        package init(connectTimeout: Duration, timeout: Duration, responseLength: ByteCount) {
            self.connectTimeout = connectTimeout
            self.timeout = timeout
            self.responseLength = responseLength
        }
    }

    /// - Parameters:
    ///   - trust: whose certificates are good.
    ///   - clock: for times in `Retry-After`.
    package init(
        limits: Limits,
        rules: AddressRules,
        resolver: any HostResolver,
        trust: TrustedRoots,
        eventLoopGroup: any EventLoopGroup,
        clock: @escaping WallClock
    ) {
        self.limits = limits
        self.rules = rules
        self.resolver = resolver
        self.trust = trust
        self.eventLoopGroup = eventLoopGroup
        self.clock = clock
    }

    package func check(_ url: WebhookURL) async throws(MediaError) {
        let outcome = await Self.within(self.limits.timeout) {
            do throws(WebhookFailure) {
                _ = try await self.addresses(of: url)
                return .responded(status: 0, retryAfter: nil)
            } catch {
                return .failed(error)
            }
        }
        guard outcome == .failed(.notAllowed) else { return }
        throw MediaError(
            .endpointNotAllowed,
            """
            A webhook may not be sent to \(url.origin): the address is private or special, or there is no TLS. Networks that may \
            be reached all the same stand in webhooks.allowedNetworks.
            """
        )
    }

    package func send(_ message: WebhookMessage) async -> WebhookOutcome {
        await Self.within(self.limits.timeout) {
            do throws(WebhookFailure) {
                let checked = try await self.addresses(of: message.url)
                let tls = message.url.isSecure ? try await self.trust.context() : nil
                let connection = WebhookConnection(
                    message: message,
                    tls: tls,
                    connectTimeout: self.limits.connectTimeout,
                    responseLength: Int(self.limits.responseLength.bytes),
                    eventLoopGroup: self.eventLoopGroup
                )
                let response = try await connection.exchange(with: checked.addresses)
                return .responded(status: response.status, retryAfter: self.pause(response.retryAfter))
            } catch {
                return .failed(error)
            }
        }
    }

    private func addresses(of url: WebhookURL) async throws(WebhookFailure) -> CheckedAddresses {
        try await CheckedAddresses(of: url, resolver: self.resolver, rules: self.rules)
    }

    /// Reads `Retry-After` (RFC 9110 section 10.2.3): seconds, or a date.
    private func pause(_ text: String?) -> Duration? {
        guard let text else { return nil }
        if let seconds = Int64(text) { return seconds >= 0 ? .seconds(min(seconds, 86400 * 365)) : nil }
        let now = self.clock().seconds
        return HTTPDate.parse(text, now: now).map { .seconds(max(0, $0 - now)) }
    }

    /// Whatever hangs, it ends here. What a task was doing when the time was over is cancelled, and waited for.
    private static func within(
        _ limit: Duration,
        _ body: @escaping @Sendable () async -> WebhookOutcome
    ) async -> WebhookOutcome {
        await withTaskGroup(of: WebhookOutcome?.self) { group in
            group.addTask { await body() }
            group.addTask {
                try? await Task.sleep(for: limit)
                return nil
            }
            let first = await group.next() ?? nil
            let isCancelled = Task.isCancelled
            group.cancelAll()
            if let first, !isCancelled { return first }
            // The response's head may have come, and only its end be missing.
            for outcome in [first, await group.next() ?? nil] {
                if let outcome, case .responded = outcome { return outcome }
            }
            return .failed(isCancelled ? .interrupted : .timedOut)
        }
    }
}
