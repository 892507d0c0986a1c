package import MediaCore
import Primitives
import ServiceLifecycle
import Synchronization

/// Follows the feed once for all readers of this daemon, and gives each what it wants, in order and without a gap.
///
///     let hub = FeedHub(feed: feed, signals: signals, encode: encode)
///     let subscription = try await hub.subscribe(from: .cursor(cursor), filter: .all, authority: authority, sink: sink)
///     subscription.ready()
///
/// Readers who are not far behind are served from memory; others read pages of their own, a few at a time, until they have caught up. While
/// nobody listens, nothing is read.
package final class FeedHub: Service {
    /// The bounds of the hub.
    package struct Limits: Sendable {
        /// Readers at a time, those that wait in a request included (`events.maximumSubscribers`).
        package var readers: Int
        /// Events that are kept in memory (`events.recent`).
        package var recent: Int
        /// After so long without an event a reader gets a sign of life (`events.heartbeat`).
        package var heartbeat: Duration
        /// How long a reader may take over one delivery.
        package var patience: Duration

        package init(
            readers: Int = 10_000,
            recent: Int = 4096,
            heartbeat: Duration = .seconds(15),
            patience: Duration = .seconds(20)
        ) {
            self.readers = readers
            self.recent = recent
            self.heartbeat = heartbeat
            self.patience = patience
        }
    }

    /// Where a reader begins.
    package enum Start: Hashable, Sendable {
        /// With the oldest event that there is.
        case floor
        /// With what happens from now on.
        case now
        /// Behind a cursor.
        case cursor(FeedCursor)
    }

    typealias Core = FeedHubCore<any FeedSink>

    let feed: any ChangeFeed
    let signals: any FeedSignals
    private let encode: @Sendable (FeedEvent) -> [UInt8]
    let core: Mutex<Core>
    let state = Mutex(State())
    let wakes: (stream: AsyncStream<Void>, continuation: AsyncStream<Void>.Continuation)
    let reads: (stream: AsyncStream<Read>, continuation: AsyncStream<Read>.Continuation)
    private let closing: (stream: AsyncStream<Void>, continuation: AsyncStream<Void>.Continuation)

    struct State {
        /// The feed could not be read when this was last tried: nothing is promised to anybody new.
        var isLost = false
        var isClosing = false
    }

    /// A page that somebody who is behind needs.
    struct Read: Sendable {
        var id: Core.ID
        var cursor: FeedCursor
        var filter: FeedFilter
    }

    /// - Parameters:
    ///   - encode: an event as clients get it.
    package init(
        feed: any ChangeFeed,
        signals: any FeedSignals,
        limits: Limits = Limits(),
        encode: @escaping @Sendable (FeedEvent) -> [UInt8]
    ) {
        self.feed = feed
        self.signals = signals
        self.encode = encode
        self.core = Mutex(
            Core(
                limits: .init(
                    readers: limits.readers,
                    ring: limits.recent,
                    heartbeat: limits.heartbeat,
                    patience: limits.patience
                )
            )
        )
        self.wakes = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        // Each reader has one place at most.
        self.reads = AsyncStream.makeStream()
        self.closing = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// How many readers there are.
    package var count: Int { self.core.withLock { $0.readers.count } }

    func item(_ event: FeedEvent) -> FeedItem { FeedItem(event, encode: self.encode) }

    func perform(_ actions: [Core.Action]) {
        for action in actions {
            switch action {
            case .deliver(let sink, let items, let cursor): sink.deliver(items, upTo: cursor)
            case .end(let sink, let reason): sink.end(reason)
            case .read(let id, let cursor, let filter):
                self.reads.continuation.yield(Read(id: id, cursor: cursor, filter: filter))
            }
        }
    }

    /// Follows the feed until the task is cancelled, or graceful shutdown.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask { await self.follow() }
                group.addTask { await self.listen() }
                group.addTask { await self.keepTime() }
                group.addTask { await self.checkRights() }
                for _ in 0..<Self.readsAtOnce { group.addTask { await self.readPages() } }
                group.addTask {
                    for await _ in self.closing.stream { await self.endAll() }
                }
            }
        }
        for ending in self.core.withLock({ $0.endAll(.shuttingDown(retry: .seconds(1))) }) { self.perform([ending]) }
    }

    /// Pages that are read at a time for readers who are behind.
    static let readsAtOnce = 4

    // MARK: The end

    /// Takes nobody in any more, and lets those who are there go one after the other, so that they do not all come again at once.
    package func close() {
        self.state.withLock { $0.isClosing = true }
        self.closing.continuation.yield()
    }

    /// Waits until all are gone, for a bounded time.
    package func drained() async {
        for _ in 0..<100 where !self.core.withLock({ $0.readers.isEmpty && $0.guests.isEmpty }) {
            try? await Task.sleep(for: .milliseconds(50))
        }
    }

    private func endAll() async {
        let ids = self.core.withLock { (Array($0.readers.keys) + Array($0.guests.keys)).shuffled() }
        // A few at a time; all of them within three seconds.
        let share = max(1, ids.count / 60)
        for (index, id) in ids.enumerated() {
            let retry = Duration.milliseconds(Int64.random(in: 500...5000))
            if let action = self.core.withLock({ $0.end(id, .shuttingDown(retry: retry)) }) { self.perform([action]) }
            if index % share == share - 1 { try? await Task.sleep(for: .milliseconds(min(50, ids.count))) }
        }
    }
}
