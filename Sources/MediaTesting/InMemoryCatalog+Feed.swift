package import MediaCore

extension InMemoryCatalog {
    /// The feed of changes, and who listens to it.
    struct Log: Sendable {
        private(set) var feed = FeedLog(epoch: "memory")
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

extension InMemoryCatalog: ChangeFeed, MediaFeedUpkeep, CatalogNotifications {
    package func bounds() async throws(MediaError) -> FeedBounds {
        try self.transaction { state throws(MediaError) in try state.log.bounds() }
    }

    package func page(
        after cursor: FeedCursor?,
        filter: FeedFilter,
        limit: Int,
        end: FeedPage.End
    ) async throws(MediaError) -> FeedPage {
        try self.transaction { state throws(MediaError) in
            _ = try state.log.bounds()
            var page = try state.log.feed.page(after: cursor, filter: filter, limit: limit, end: end)
            for index in page.events.indices {
                page.events[index].file = page.events[index].fileID.flatMap { state.files[$0] }
            }
            return page
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
        return self.feed.bounds
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
                cursor: FeedCursor(epoch: self.feed.epoch, position: 0),
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
                cursor: FeedCursor(epoch: self.feed.epoch, position: 0),
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
        if !self.changes.isEmpty {
            self.feed.commit(self.changes)
            self.tell(.feedMoved(self.feed.bounds.head))
        }
        self.changes = []
        for notification in self.pending { for listener in self.listeners.values { listener.yield(notification) } }
        self.pending = []
    }

    fileprivate mutating func prune(keeping count: Int) -> Int {
        let most = self.feed.head - Int64(count)
        guard let end = self.feed.entries.last(where: { $0.lastOfTransaction <= most })?.lastOfTransaction else {
            return 0
        }
        let before = self.feed.entries.count
        self.feed.prune(upTo: end)
        return before - self.feed.entries.count
    }

    fileprivate mutating func add(_ listener: AsyncStream<CatalogNotification>.Continuation) -> Int {
        listener.yield(.connected)
        self.lastListener += 1
        self.listeners[self.lastListener] = listener
        return self.lastListener
    }

    fileprivate mutating func remove(_ listener: Int) { self.listeners[listener] = nil }
}
