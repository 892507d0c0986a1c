import MediaCore
import Synchronization

/// How the hub reads the feed.
extension FeedHub {
    /// Events of one page.
    private static let pageLength = 512
    /// How long the feed may not be readable before all readers are let go.
    static let lossTime = Duration.seconds(10)

    /// Reads what is new whenever somebody says so, and once a second, as long as there are readers.
    func follow() async {
        var lastRead = ContinuousClock.now
        for await _ in self.wakes.stream {
            // Asked and done at once: who comes in between would wait for what nobody reads.
            if self.core.withLock({ $0.stopWithoutReaders() }) {
                lastRead = .now
                continue
            }
            do throws(MediaError) {
                try await self.readNews()
                lastRead = .now
                self.state.withLock { $0.isLost = false }
            } catch {
                guard !Task.isCancelled else { return }
                self.state.withLock { $0.isLost = true }
                if ContinuousClock.now - lastRead >= Self.lossTime {
                    self.perform(self.core.withLock { $0.endReaders(.lost) })
                }
            }
        }
    }

    private func readNews() async throws(MediaError) {
        guard let head = self.core.withLock({ $0.ring.head }) else {
            let bounds = try await self.feed.bounds()
            self.core.withLock { core in if core.ring.head == nil { core.begin(at: bounds.head) } }
            // Those who came before that, and are not at the head.
            return await self.give([], upTo: bounds.head)
        }
        var cursor = head
        while true {
            let page: FeedPage
            do throws(MediaError) {
                page = try await self.feed.page(after: cursor, filter: .all, limit: Self.pageLength, end: .change)
            } catch {
                guard error.code == .cursorExpired else { throw error }
                return try await self.beginAnew()
            }
            await self.give(page.events.map(self.item), upTo: page.cursor)
            guard page.hasMore, page.cursor != cursor else { return }
            cursor = page.cursor
        }
    }

    /// Readers that are given something at a time: in between others come and go, and say that they took what they had.
    private static let slice = 64

    private func give(_ items: [FeedItem], upTo cursor: FeedCursor) async {
        var waiting = self.core.withLock { $0.append(items, upTo: cursor) }[...]
        while !waiting.isEmpty {
            let next = waiting.prefix(Self.slice)
            waiting = waiting.dropFirst(Self.slice)
            self.perform(self.core.withLock { $0.deliver(to: next, now: .now) })
            await Task.yield()
        }
    }

    /// The feed has another history now, or was pruned past this reader.
    private func beginAnew() async throws(MediaError) {
        let bounds = try await self.feed.bounds()
        let actions = self.core.withLock { core in
            core.begin(at: bounds.head)
            return core.endReaders(.expired(bounds))
        }
        self.perform(actions)
    }

    /// Wakes the reading when the feed has moved.
    func listen() async {
        for await signal in self.signals.signals() where signal != .disconnected { self.wakes.continuation.yield() }
    }

    /// Once a second: every signal may be lost.
    func keepTime() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: .seconds(1))
            self.wakes.continuation.yield()
            self.perform(self.core.withLock { $0.tick(now: .now) })
        }
    }

    /// How often the rights of readers are looked at: see ``KeyService/lifetime``.
    static let rightsInterval = Duration.milliseconds(300)

    /// A revoked key is felt within a second.
    func checkRights() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: Self.rightsInterval)
            let readers = self.core.withLock { $0.watched }
            await withTaskGroup(of: Void.self) { group in
                for (index, reader) in readers.enumerated() {
                    if index >= Self.checksAtOnce { await group.next() }
                    group.addTask { await self.check(reader.id, reader.authority) }
                }
            }
        }
    }

    private static let checksAtOnce = 16

    private func check(_ id: Core.ID, _ authority: any EventAuthority) async {
        let reason: FeedEnd
        switch await authority.state() {
        case .valid: return
        case .lost: reason = .accessLost
        case .expired: reason = .tokenExpired
        }
        if let action = self.core.withLock({ $0.end(id, reason) }) { self.perform([action]) }
    }

    // MARK: Readers who are behind

    /// Reads pages for those who are behind, one after the other.
    func readPages() async {
        for await read in self.reads.stream { await self.readPage(read) }
    }

    private func readPage(_ read: Read) async {
        guard self.core.withLock({ $0.readers[read.id] != nil }) else { return }
        do throws(MediaError) {
            let page = try await self.feed.page(
                after: read.cursor,
                filter: read.filter,
                limit: self.core.withLock { $0.limits.delivery },
                end: .change
            )
            let items = page.events.map(self.item)
            let action = self.core.withLock {
                $0.pageRead((items, page.cursor), after: read.cursor, of: read.id, now: .now)
            }
            if let action { self.perform([action]) }
        } catch {
            let reason: FeedEnd
            if error.code == .cursorExpired, let bounds = try? await self.feed.bounds() {
                reason = .expired(bounds)
            } else {
                reason = .lost
            }
            if let action = self.core.withLock({ $0.end(read.id, reason) }) { self.perform([action]) }
        }
    }
}
