import Logging
import Postgres
import Primitives
import ServiceLifecycle
import ServiceSupport
import Synchronization

/// Follows the feed once for all readers of this process. Readers ask for what lies behind their place, and wait for news; nothing is
/// queued for anybody, so a slow reader costs nothing but its own place.
///
/// Readers who are not far behind are served from memory; others read pages of their own, a few at a time. While there are no readers,
/// nothing is read.
package final class ChangeHub: Service {
    let store: ChangeStore
    let join: RecordJoin
    let limits: SyncLimits
    let state = Mutex(State())
    private let logger: Logger
    private let wakes: (stream: AsyncStream<Void>, continuation: AsyncStream<Void>.Continuation)
    private let reads: Turns

    struct State {
        /// Nil while the feed is not followed.
        var ring: ChangeRing?
        var readers = 0
        var waiters: [UInt64: Waiter] = [:]
        var nextWaiter: UInt64 = 0
        /// Since when the feed could not be read.
        var lostSince: ContinuousClock.Instant?
        var isClosing = false
    }

    struct Waiter {
        var accountID: RecordID
        var deadline: ContinuousClock.Instant
        var continuation: CheckedContinuation<Void, Never>
    }

    init(store: ChangeStore, join: RecordJoin, limits: SyncLimits, logger: Logger) {
        self.store = store
        self.join = join
        self.limits = limits
        self.logger = logger
        self.wakes = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        self.reads = Turns(limits.readsAtOnce)
    }

    /// Changes of one read of the feed.
    private static let pageLength = 512

    /// Follows the feed until graceful shutdown.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask { await self.listen() }
                group.addTask { await self.keepTime() }
                for await _ in self.wakes.stream { await self.follow() }
                group.cancelAll()
            }
        }
        self.close()
    }

    // MARK: Following

    private func follow() async {
        guard
            self.state.withLock({ state in
                if state.readers == 0 { state.ring = nil }
                return state.readers > 0
            })
        else { return }
        do throws(FilmsError) {
            try await self.readNews()
            self.state.withLock { $0.lostSince = nil }
        } catch {
            guard !Task.isCancelled else { return }
            self.logger.warning("The feed could not be read", metadata: ["error": "\(error.cause ?? error)"])
            self.wake { state in
                let since = state.lostSince ?? .now
                state.lostSince = since
                return ContinuousClock.now - since >= self.limits.outageTime ? state.all() : []
            }
        }
    }

    private func readNews() async throws(FilmsError) {
        while true {
            guard let head = self.state.withLock({ $0.ring?.head }) else {
                let bounds = try await self.store.bounds()
                return self.begin(at: bounds.head)
            }
            let page: ChangeStore.Page
            do throws(FilmsError) {
                page = try await self.store.page(after: head, for: nil, limit: Self.pageLength)
            } catch {
                guard error.code == .cursorExpired else { throw error }
                // Another history, or data that were put back: everybody finds out from the feed itself.
                try await self.store.renewEpoch(ifBefore: head)
                let bounds = try await self.store.bounds()
                return self.begin(at: bounds.head)
            }
            guard page.cursor != head else { return }
            let records = try await self.join.records(of: Set(page.changes.map(\.key)))
            self.wake { state in
                state.ring?.append(page.changes, records, upTo: page.cursor)
                return state.concerned(by: page.changes)
            }
            guard page.hasMore else { return }
        }
    }

    private func begin(at head: FeedCursor) {
        self.wake { state in
            state.ring = ChangeRing(
                at: head,
                capacity: self.limits.bufferedChanges,
                maximumBytes: Int(self.limits.bufferedBytes.bytes)
            )
            return state.all()
        }
    }

    /// Changes the state, and then lets those go on whom the change takes out of it. Not under the lock: who is cancelled at the same
    /// moment waits for it in the handler of the cancellation, and whoever resumes them would wait for that handler (documentation of
    /// `withTaskCancellationHandler(operation:onCancel:)`).
    func wake(_ change: (inout State) -> [Waiter]) {
        for waiter in self.state.withLock({ change(&$0) }) { waiter.continuation.resume() }
    }

    /// Reads when the feed has moved.
    private func listen() async {
        for await notification in self.store.database.client.listen(to: [FeedSchema.films.channel])
        where notification != .disconnected { self.wakes.continuation.yield() }
    }

    /// Once a second, because every notification may be lost; and lets those go on who waited long enough.
    private func keepTime() async {
        var round = 0
        while !Task.isCancelled {
            try? await Task.sleep(for: .milliseconds(200))
            round += 1
            if round % 5 == 0 { self.wakes.continuation.yield() }
            self.wake { $0.overdue(at: .now) }
        }
    }

    // MARK: Readers

    /// Counts a reader, or refuses it.
    /// - Throws: `busy`, `shutting_down`.
    func enter() throws(FilmsError) {
        let refusal: FilmsError? = self.state.withLock { state in
            if state.isClosing {
                return FilmsError(.shuttingDown, .shuttingDown, retryAfter: 2)
            }
            if state.readers >= self.limits.maximumReaders {
                return FilmsError(.busy, .tooManyFollow, retryAfter: 5)
            }
            state.readers += 1
            return nil
        }
        if let refusal { throw refusal }
        self.wakes.continuation.yield()
    }

    /// Ends what ``enter()`` began.
    func leave() { self.state.withLock { $0.readers -= 1 } }

    /// What lies behind a cursor, for an account.
    ///
    /// - Parameters:
    ///   - cursor: nil: the floor.
    ///   - maximumBytes: of the page, which has one change at least.
    /// - Throws: `cursor_expired` with the bounds; `database_unavailable`.
    func page(
        after cursor: FeedCursor?,
        for accountID: RecordID,
        limit: Int,
        maximumBytes: Int
    ) async throws(FilmsError) -> ChangePage {
        let (page, isLost) = self.state.withLock { state -> (ChangePage?, Bool) in
            let isLost = state.lostSince.map { ContinuousClock.now - $0 >= self.limits.outageTime } ?? false
            guard !isLost, let cursor, let ring = state.ring, ring.covers(cursor),
                cursor.position <= ring.head.position
            else { return (nil, isLost) }
            return (
                ring.page(after: cursor, for: accountID, limit: limit, maximumBytes: maximumBytes), isLost
            )
        }
        if let page { return page }
        if isLost {
            throw FilmsError(.databaseUnavailable, .changesAway, retryAfter: 2)
        }
        return try await self.reads.take { () async throws(FilmsError) in
            try await self.read(after: cursor, for: accountID, limit: limit, maximumBytes: maximumBytes)
        }
    }

    private func read(
        after cursor: FeedCursor?,
        for accountID: RecordID,
        limit: Int,
        maximumBytes: Int
    ) async throws(FilmsError) -> ChangePage {
        let page = try await self.store.page(after: cursor, for: accountID, limit: limit)
        let records = try await self.join.records(of: Set(page.changes.map(\.key)))
        var result = ChangePage(changes: [], cursor: page.cursor, hasMore: page.hasMore)
        var bytes = 0
        for change in page.changes {
            if let last = result.changes.last, bytes >= maximumBytes {
                (result.cursor, result.hasMore) = (last.cursor, true)
                break
            }
            let json = change.json(with: records[change.key])
            bytes += json.count
            result.changes.append(DeliveredChange(cursor: change.cursor, json: json))
        }
        return result
    }

    /// Returns once there may be something behind a cursor for an account, at the deadline, when the task is cancelled, or when the hub
    /// closes.
    func wait(after cursor: FeedCursor, for accountID: RecordID, until deadline: ContinuousClock.Instant) async {
        let id = self.state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let goesOn = self.state.withLock { state in
                    if Task.isCancelled || state.isClosing || state.hasNews(after: cursor, for: accountID) {
                        return true
                    }
                    state.waiters[id] = Waiter(accountID: accountID, deadline: deadline, continuation: continuation)
                    return false
                }
                if goesOn { continuation.resume() }
            }
        } onCancel: {
            self.state.withLock { $0.waiters.removeValue(forKey: id) }?.continuation.resume()
        }
    }

    var isClosing: Bool { self.state.withLock(\.isClosing) }

    /// Takes nobody in any more, and lets those go on who wait.
    package func close() {
        self.wake { state in
            state.isClosing = true
            return state.all()
        }
    }
}

extension ChangeHub.State {
    func hasNews(after cursor: FeedCursor, for accountID: RecordID) -> Bool {
        // Until the feed is followed nobody knows; who waits is let go on then.
        guard let ring = self.ring else { return false }
        guard ring.covers(cursor) else { return true }
        return ring.hasNews(after: cursor, for: accountID)
    }

    // Each of these takes waiters out of the state, for the caller to resume.

    mutating func all() -> [ChangeHub.Waiter] { self.take { _ in true } }

    mutating func concerned(by changes: [Change]) -> [ChangeHub.Waiter] {
        let audiences = Set(changes.map(\.audience))
        return audiences.contains(nil) ? self.all() : self.take { audiences.contains($0.accountID) }
    }

    mutating func overdue(at time: ContinuousClock.Instant) -> [ChangeHub.Waiter] { self.take { $0.deadline <= time } }

    private mutating func take(where isMeant: (ChangeHub.Waiter) -> Bool) -> [ChangeHub.Waiter] {
        let taken = self.waiters.filter { isMeant($0.value) }
        for id in taken.keys { self.waiters[id] = nil }
        return Array(taken.values)
    }
}
