import FeedServing
package import Logging
package import MediaCore
import ServiceLifecycle
import Synchronization

/// Follows the feed for the caches of this process, and hears what the database notifies.
///
/// A notification only says when to read: the feed is read each second without one, too. While it cannot be read, or not in time, the
/// caches keep nothing.
package final class FeedFollower: Service {
    private let notifications: any CatalogNotifications
    private let feed: any ChangeFeed
    private let upkeep: any MediaFeedUpkeep
    private let dispatcher: ChangeDispatcher
    private let relay: FeedSignalRelay
    private let isPrepared: @Sendable () -> Bool
    private let logger: Logger
    private let wakeUps = WakeUps()
    private let state = Mutex(State())

    private struct State {
        /// How far the caches know the feed; nil: they keep nothing.
        var cursor: FeedCursor?
        /// What the subscribers have to be told of that still. The newest is all that counts: ``ChangeEvent/connected`` drops everything, too.
        var news: ChangeEvent?
        var isTelling = false
    }

    /// - Parameter isPrepared: true once the schema is up to date.
    package init(
        notifications: any CatalogNotifications,
        feed: any ChangeFeed,
        upkeep: any MediaFeedUpkeep,
        dispatcher: ChangeDispatcher,
        relay: FeedSignalRelay,
        isPrepared: @escaping @Sendable () -> Bool,
        logger: Logger
    ) {
        self.notifications = notifications
        self.feed = feed
        self.upkeep = upkeep
        self.dispatcher = dispatcher
        self.relay = relay
        self.isPrepared = isPrepared
        self.logger = logger
    }

    /// How often the feed is read without a notification.
    private static let interval = Duration.seconds(1)
    /// How long a reading may take until the caches are told to keep nothing.
    private static let patience = Duration.seconds(2)
    /// Changes of one page.
    private static let pageSize = 1000
    /// Beyond so many changes the caches drop everything instead of reading them.
    private static let maximumLag: Int64 = 5000

    /// Follows until graceful shutdown, or until the task is cancelled.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask {
                    for await notification in self.notifications.notifications() { await self.hear(notification) }
                }
                group.addTask {
                    await self.wakeUps.loop(atLeastEvery: Self.interval) {
                        if self.isPrepared() { await self.catchUp() }
                    }
                }
            }
        }
        await self.distrust()
    }

    private func hear(_ notification: CatalogNotification) async {
        switch notification {
        case .connected:
            self.relay.tell(.connected)
            self.wakeUps.wake()
        case .disconnected:
            // Reading finds out whether the database is away.
            self.relay.tell(.disconnected)
            self.wakeUps.wake()
        case .feedMoved(let head):
            self.relay.tell(.moved(head))
            self.wakeUps.wake()
        case .uploadTakeoverRequested(let id, let asked):
            await self.dispatcher.tell(.uploadTakeoverRequested(id, asked: asked))
        }
    }

    /// Reads the feed to its head. Only one at a time.
    private func catchUp() async {
        let late = Task {
            try await Task.sleep(for: Self.patience)
            await self.distrust()
        }
        defer { late.cancel() }
        do throws(MediaError) {
            var bounds = try await self.feed.bounds()
            if let known = self.cursor, known.epoch == bounds.head.epoch, known.position > bounds.head.position {
                try await self.upkeep.renewEpoch(ifBefore: known)
                bounds = try await self.feed.bounds()
            }
            guard let known = self.cursor, known.epoch == bounds.head.epoch,
                (0...Self.maximumLag).contains(bounds.head.position - known.position),
                known.position >= bounds.floor.position
            else {
                await self.trust(from: bounds.head)
                return
            }
            var cursor = known
            while cursor.position < bounds.head.position {
                let page = try await self.feed.page(after: cursor, filter: .all, limit: Self.pageSize)
                for event in page.events.flatMap({ ChangeEvent.events(of: $0) }) { await self.dispatcher.tell(event) }
                // When it took too long, the caches were told to keep nothing, and begin afresh.
                guard self.advance(from: cursor, to: page.cursor) else { break }
                cursor = page.cursor
            }
            if self.cursor == nil { self.wakeUps.wake() }
        } catch {
            guard !Task.isCancelled else { return }
            if self.cursor != nil {
                self.logger.warning("The feed of changes cannot be read", metadata: ["error": "\(error)"])
            }
            await self.distrust()
        }
    }

    private var cursor: FeedCursor? { self.state.withLock { $0.cursor } }

    /// The caches drop everything, and may keep what is read from here on.
    private func trust(from head: FeedCursor) async {
        self.state.withLock { state in
            state.cursor = head
            state.news = .connected
        }
        await self.tellNews()
    }

    private func distrust() async {
        self.state.withLock { state in
            guard state.cursor != nil else { return }
            state.cursor = nil
            state.news = .disconnected
        }
        await self.tellNews()
    }

    /// Tells the subscribers what became of their trust, in the order in which it did: a reading that takes too long is noticed beside the
    /// one that ends at last. Whoever finds another at it leaves it to that one.
    private func tellNews() async {
        guard
            self.state.withLock({ state in
                guard !state.isTelling else { return false }
                state.isTelling = true
                return true
            })
        else { return }
        while let news = self.nextNews() { await self.dispatcher.tell(news) }
    }

    /// - Returns: nil when there is no more; then nobody tells any.
    private func nextNews() -> ChangeEvent? {
        self.state.withLock { state in
            defer { state.news = nil }
            if state.news == nil { state.isTelling = false }
            return state.news
        }
    }

    /// - Returns: false when the caches were told to keep nothing meanwhile.
    private func advance(from known: FeedCursor, to next: FeedCursor) -> Bool {
        self.state.withLock { state in
            guard state.cursor == known else { return false }
            state.cursor = next
            return true
        }
    }
}
