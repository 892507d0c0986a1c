package import Logging
package import MediaCore
import ServiceLifecycle
import Synchronization

/// Delivers the feed to all webhooks, in the background, beside the dispatchers of other daemons on the same database.
///
/// It looks when the feed says that it has moved, and once a second: a lost signal delays a message by a second at most. Endpoints do not
/// wait for each other, up to as many as may be sent to at a time.
package final class WebhookDispatcher: Service {
    private let catalog: any WebhookCatalog
    private let feed: any ChangeFeed
    private let signals: any FeedSignals
    private let delivery: WebhookDelivery
    private let concurrency: Int
    private let isPrepared: @Sendable () -> Bool
    private let logger: Logger
    private let state = Mutex(State())
    /// For metrics.
    package let counts: WebhookCounts

    private struct State {
        /// The endpoints that are being served: they are not claimed a second time here.
        var served: Set<WebhookID> = []
        var isStopping = false
        var isFailing = false
        var listed: ContinuousClock.Instant?
        var hasNone = false
    }

    /// How long a claim outlives its daemon. Much shorter than a message may take, as it is renewed meanwhile.
    static let lease = Duration.seconds(5)
    private static let renewal = Duration.milliseconds(1500)
    /// Without a signal.
    private static let interval = Duration.seconds(1)
    /// For messages that are under way at a shutdown.
    private static let grace = Duration.seconds(3)
    /// Between two looks, however many signals come.
    private static let spacing = Duration.milliseconds(20)

    /// - Parameters:
    ///   - data: a change as the feed's other readers get it, in JSON.
    ///   - concurrency: endpoints that are sent to at a time (`webhooks.concurrency`).
    ///   - isPrepared: true once the schema is up to date.
    package init(
        catalog: any WebhookCatalog,
        feed: any ChangeFeed,
        signals: any FeedSignals,
        sender: any WebhookSender,
        data: @escaping @Sendable (FeedEvent) -> [UInt8],
        policy: WebhookPolicy,
        concurrency: Int,
        clock: @escaping WallClock,
        isPrepared: @escaping @Sendable () -> Bool = { true },
        logger: Logger
    ) {
        let counts = WebhookCounts()
        self.catalog = catalog
        self.feed = feed
        self.signals = signals
        self.concurrency = concurrency
        self.isPrepared = isPrepared
        self.logger = logger
        self.counts = counts
        self.delivery = WebhookDelivery(
            catalog: catalog,
            feed: feed,
            sender: sender,
            envelope: WebhookEnvelope(data: data),
            policy: policy,
            clock: clock,
            holder: String(UInt64.random(in: .min ... .max), radix: 36),
            counts: counts,
            logger: logger
        )
    }

    /// Delivers until graceful shutdown. Messages that are under way then may end within three seconds, and no others begin.
    package func run() async throws {
        let (wakes, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        await withGracefulShutdownHandler {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await self.tick(wake) }
                group.addTask { for await _ in self.signals.signals() { wake.yield() } }
                group.addTask { await self.renewClaims() }
                await self.deliver(wakes, wake)
                group.cancelAll()
            }
        } onGracefulShutdown: {
            self.state.withLock { $0.isStopping = true }
            wake.finish()
        }
    }

    private func tick(_ wake: AsyncStream<Void>.Continuation) async {
        while !Task.isCancelled {
            wake.yield()
            try? await Task.sleep(for: Self.interval)
        }
    }

    private func renewClaims() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: Self.renewal)
            guard self.state.withLock({ !$0.served.isEmpty }) else { continue }
            try? await self.catalog.renewClaims(of: self.delivery.holder, lease: Self.lease)
        }
    }

    private func deliver(_ wakes: AsyncStream<Void>, _ wake: AsyncStream<Void>.Continuation) async {
        await withDiscardingTaskGroup { sessions in
            for await _ in wakes {
                guard self.isPrepared(), !self.isStopping else { continue }
                for webhook in await self.claim() {
                    sessions.addTask {
                        let mayGoOn = await self.delivery.run(webhook, isStopping: { self.isStopping })
                        _ = self.state.withLock { $0.served.remove(webhook.id) }
                        // Without the database there is nothing to look for before the next tick.
                        if mayGoOn { wake.yield() }
                    }
                }
                try? await Task.sleep(for: self.state.withLock { $0.hasNone } ? Self.interval / 2 : Self.spacing)
            }
            await self.waitForSessions()
            sessions.cancelAll()
        }
    }

    /// Lets messages end that are under way, for a while: an endpoint that hangs does not hold up the end of this process.
    private func waitForSessions() async {
        let deadline = ContinuousClock.now + Self.grace
        while self.state.withLock({ !$0.served.isEmpty }), .now < deadline, !Task.isCancelled {
            try? await Task.sleep(for: Self.spacing)
        }
    }

    private var isStopping: Bool { self.state.withLock { $0.isStopping } }

    /// - Returns: endpoints to begin with, each counted as a session.
    private func claim() async -> [Webhook] {
        do throws(MediaError) {
            let claimed = try await self.claimDue()
            let wasFailing = self.state.withLock { state in
                state.served.formUnion(claimed.map(\.id))
                defer { state.isFailing = false }
                return state.isFailing
            }
            if wasFailing { self.logger.notice("Webhooks are served again") }
            return claimed
        } catch {
            let wasFailing = self.state.withLock { state in
                defer { state.isFailing = true }
                return state.isFailing
            }
            if !wasFailing { self.logger.warning("Webhooks wait", metadata: ["error": "\(error)"]) }
            return []
        }
    }

    private func claimDue() async throws(MediaError) -> [Webhook] {
        let (served, isListDue) = self.state.withLock { state in
            (state.served, state.hasNone || state.listed.map { .now - $0 >= Self.interval } ?? true)
        }
        var webhooks: [Webhook]?
        if isListDue {
            let all = try await self.catalog.webhooks()
            self.state.withLock { ($0.listed, $0.hasNone) = (.now, all.isEmpty) }
            if all.isEmpty {
                self.counts.note([], head: FeedCursor(epoch: "none", position: 0))
                return []
            }
            webhooks = all
        }
        let head = try await self.feed.bounds().head
        if let webhooks { self.counts.note(webhooks, head: head) }
        guard served.count < self.concurrency else { return [] }
        return try await self.catalog.claimWebhooks(
            for: self.delivery.holder,
            lease: Self.lease,
            head: head,
            except: served,
            limit: self.concurrency - served.count
        )
    }
}
