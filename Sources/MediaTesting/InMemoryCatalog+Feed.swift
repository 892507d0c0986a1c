package import MediaCore

extension InMemoryCatalog {
    /// The feed of changes, and who listens to it.
    struct Log: Sendable {
        static let epoch = "memory"
        private(set) var entries: [(event: FeedEvent, lastOfTransaction: Int64)] = []
        private(set) var floor: Int64 = 0
        private(set) var head: Int64 = 0
        /// Of the transaction under way.
        private var changes: [FeedEvent] = []
        private var pending: [CatalogNotification] = []
        private var listeners: [Int: AsyncStream<CatalogNotification>.Continuation] = [:]
        private var lastListener = 0
        /// As if the database was away for whoever reads the feed.
        var isAway = false
    }

    /// Makes as if the feed could not be read, or could again.
    package func setFeedAway(_ isAway: Bool) { self.withState { $0.log.isAway = isAway } }

    /// Makes as if the connection that listens was cut for a moment.
    package func interruptNotifications() {
        self.withState { state in
            state.log.tell(.disconnected)
            state.log.tell(.connected)
            state.log.commit()
        }
    }

    /// Makes as if somebody changed this record by hand in SQL.
    package func changeByHand(_ path: MediaPath) {
        self.withState { state in
            guard let file = state.files.values.first(where: { $0.path == path }) else { return }
            state.log.append(.fileUpdated, of: file)
            state.log.commit()
        }
    }
}

extension InMemoryCatalog: ChangeFeed, FeedUpkeep, CatalogNotifications {
    package func bounds() async throws(MediaError) -> FeedBounds {
        try self.transaction { state throws(MediaError) in try state.log.bounds() }
    }

    package func page(
        after cursor: FeedCursor?,
        filter: FeedFilter,
        limit: Int
    ) async throws(MediaError) -> FeedPage {
        try self.transaction { state throws(MediaError) in
            let bounds = try state.log.bounds()
            let start = cursor ?? bounds.floor
            guard start.epoch == bounds.head.epoch,
                (bounds.floor.position...bounds.head.position).contains(start.position)
            else {
                throw MediaError(
                    .cursorExpired,
                    "The cursor is none of this feed.",
                    details: ["floor": .text(bounds.floor.text), "head": .text(bounds.head.text)]
                )
            }
            let found = state.log.entries.filter {
                $0.event.cursor.position > start.position && filter.matches($0.event)
            }
            let end = found.count < limit ? bounds.head.position : found[limit - 1].lastOfTransaction
            let events = found.map(\.event).filter { $0.cursor.position <= end }
            return FeedPage(
                events: events.map { event in
                    var event = event
                    event.file = event.fileID.flatMap { state.files[$0] }
                    return event
                },
                cursor: FeedCursor(epoch: bounds.head.epoch, position: end),
                hasMore: end < bounds.head.position
            )
        }
    }

    /// Every change has its position as soon as it is committed.
    package func stamp() async throws(MediaError) -> FeedStamp { .nothing(try await self.bounds().head) }

    @discardableResult
    package func prune(olderThan age: Duration, keeping count: Int) async throws(MediaError) -> Int {
        try self.transaction { state throws(MediaError) in
            // All were made just now.
            state.log.prune(keeping: age <= .zero ? 0 : count)
        }
    }

    /// Nobody sets this catalog back.
    package func renewEpoch(ifBefore cursor: FeedCursor) async throws(MediaError) {}

    package func noteRendition(preset: String, of file: MediaFile) async throws(MediaError) {
        try self.transaction { state throws(MediaError) in
            guard let present = state.files[file.id], present.version.digest == file.version.digest else { return }
            state.log.append(.renditionReady, of: present, detail: preset)
        }
    }

    package func notifications() -> AsyncStream<CatalogNotification> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: CatalogNotification.self,
            bufferingPolicy: .bufferingNewest(1024)
        )
        let id = self.withState { $0.log.add(continuation) }
        continuation.onTermination = { [weak self] _ in self?.withState { $0.log.remove(id) } }
        return stream
    }
}

extension InMemoryCatalog.Log {
    func bounds() throws(MediaError) -> FeedBounds {
        guard !self.isAway else { throw MediaError(.catalogUnavailable, "The feed is away.") }
        return FeedBounds(
            floor: FeedCursor(epoch: Self.epoch, position: self.floor),
            head: FeedCursor(epoch: Self.epoch, position: self.head)
        )
    }

    /// Adds a change to those of this transaction.
    mutating func append(
        _ kind: FeedEvent.Kind,
        of file: MediaFile,
        previousPath: MediaPath? = nil,
        detail: String? = nil
    ) {
        self.changes.append(
            FeedEvent(
                cursor: FeedCursor(epoch: Self.epoch, position: 0),
                kind: kind,
                at: file.updatedAt,
                fileID: file.id,
                path: file.path,
                previousPath: previousPath,
                collection: file.collection,
                name: file.name.text,
                owner: file.owner,
                version: file.version.digest.prefix,
                detail: detail
            )
        )
    }

    /// Adds the failure of an upload to the changes of this transaction.
    mutating func appendFailure(of upload: Upload) {
        self.changes.append(
            FeedEvent(
                cursor: FeedCursor(epoch: Self.epoch, position: 0),
                kind: .uploadFailed,
                at: upload.updatedAt,
                collection: upload.target.collection,
                name: upload.target.name,
                owner: upload.owner,
                uploadID: upload.id,
                detail: upload.problem?.code
            )
        )
    }

    /// Adds a notification to those of this transaction; the same one twice is told once.
    mutating func tell(_ notification: CatalogNotification) {
        if !self.pending.contains(notification) { self.pending.append(notification) }
    }

    /// Gives the changes of a transaction that is committed their positions, and tells all listeners.
    mutating func commit() {
        let last = self.head + Int64(self.changes.count)
        for var event in self.changes {
            self.head += 1
            event.cursor = FeedCursor(epoch: Self.epoch, position: self.head)
            self.entries.append((event, last))
        }
        if !self.changes.isEmpty { self.tell(.feedMoved(FeedCursor(epoch: Self.epoch, position: self.head))) }
        self.changes = []
        for notification in self.pending { for listener in self.listeners.values { listener.yield(notification) } }
        self.pending = []
    }

    fileprivate mutating func prune(keeping count: Int) -> Int {
        let most = self.head - Int64(count)
        guard let end = self.entries.last(where: { $0.lastOfTransaction <= most })?.lastOfTransaction else { return 0 }
        let before = self.entries.count
        self.entries.removeAll { $0.event.cursor.position <= end }
        self.floor = end
        return before - self.entries.count
    }

    fileprivate mutating func add(_ listener: AsyncStream<CatalogNotification>.Continuation) -> Int {
        listener.yield(.connected)
        self.lastListener += 1
        self.listeners[self.lastListener] = listener
        return self.lastListener
    }

    fileprivate mutating func remove(_ listener: Int) { self.listeners[listener] = nil }
}

extension FeedFilter {
    /// Whether a reader with this filter wants the change.
    fileprivate func matches(_ event: FeedEvent) -> Bool {
        if !self.collections.isEmpty, !self.collections.contains(where: { $0 == event.collection }) { return false }
        if let entity {
            let isUsed = event.links.contains { "\($0.entity)" == entity || "\($0.entity)/\($0.entityID)" == entity }
            guard isUsed else { return false }
        }
        guard let path else { return true }
        let spellings = MediaPath.spellings(of: path)
        return [event.path, event.previousPath].compactMap { $0?.text.utf8 }.contains { text in
            spellings.contains { path.hasSuffix("/") ? text.starts(with: $0.utf8) : text.elementsEqual($0.utf8) }
        }
    }
}
