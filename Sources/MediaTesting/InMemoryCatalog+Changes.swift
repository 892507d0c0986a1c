package import MediaCore

extension InMemoryCatalog: ChangeLog {
    /// The log of changes, and who listens to it.
    struct Log: Sendable {
        private(set) var entries: [(position: Int, change: FileChange)] = []
        private var lastPosition = 0
        /// What the transaction under way will tell when it is committed.
        private var pending: [ChangeNotification] = []
        private var listeners: [Int: AsyncStream<ChangeNotification>.Continuation] = [:]
        private var lastListener = 0
    }

    package func end() async throws(MediaError) -> ChangeCursor {
        self.withState { ChangeCursor(text: String($0.log.end)) }
    }

    package func changes(after cursor: ChangeCursor?, limit: Int) async throws(MediaError) -> ChangePage {
        let position = try Self.position(of: cursor)
        let found = self.withState { state in state.log.entries.filter { $0.position > position } }
        let entries = found.prefix(limit).map { position, change in
            ChangePage.Entry(cursor: ChangeCursor(text: String(position)), change: change)
        }
        return ChangePage(
            entries: entries,
            next: entries.last?.cursor ?? ChangeCursor(text: String(position)),
            hasMore: found.count > limit
        )
    }

    @discardableResult
    package func prune(through cursor: ChangeCursor) async throws(MediaError) -> Int {
        let position = try Self.position(of: cursor)
        return self.withState { $0.log.prune(through: position) }
    }

    package func notifications() -> AsyncStream<ChangeNotification> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: ChangeNotification.self,
            bufferingPolicy: .bufferingNewest(1024)
        )
        let id = self.withState { $0.log.add(continuation) }
        continuation.onTermination = { [weak self] _ in self?.withState { $0.log.remove(id) } }
        return stream
    }

    /// Makes as if the database was away for a moment: who listens has missed what happened in it.
    package func interruptNotifications() {
        self.withState { state in
            state.log.tell(.disconnected)
            state.log.tell(.connected)
            state.log.notify()
        }
    }

    /// Makes as if somebody changed this record by hand in SQL, which is notified, but not logged.
    package func changeByHand(_ path: MediaPath) {
        self.withState { state in
            state.log.tell(.recordChanged(path))
            state.log.notify()
        }
    }

    private static func position(of cursor: ChangeCursor?) throws(MediaError) -> Int {
        guard let cursor else { return 0 }
        guard let position = Int(cursor.text), position >= 0, String(position) == cursor.text else {
            throw MediaError(.invalidRequest, "The cursor is not one of this log.")
        }
        return position
    }
}

extension InMemoryCatalog.Log {
    /// The position of the newest change that is kept.
    var end: Int { self.entries.last?.position ?? 0 }

    /// Adds a change, and a notification where a record was there before, as the database's trigger does.
    mutating func append(_ change: FileChange) {
        self.lastPosition += 1
        self.entries.append((self.lastPosition, change))
        guard change.kind != .created else { return }
        if let previous = change.previousPath { self.tell(.recordChanged(previous)) }
        self.tell(.recordChanged(change.path))
    }

    /// Adds a notification to those of this transaction; the same one twice is told once.
    mutating func tell(_ notification: ChangeNotification) {
        if !self.pending.contains(notification) { self.pending.append(notification) }
    }

    /// Hands the notifications of a transaction that is committed to all listeners.
    mutating func notify() {
        for notification in self.pending { for listener in self.listeners.values { listener.yield(notification) } }
        self.pending = []
    }

    fileprivate mutating func prune(through position: Int) -> Int {
        let count = self.entries.count
        self.entries.removeAll { $0.position <= position }
        return count - self.entries.count
    }

    fileprivate mutating func add(_ listener: AsyncStream<ChangeNotification>.Continuation) -> Int {
        listener.yield(.connected)
        self.lastListener += 1
        self.listeners[self.lastListener] = listener
        return self.lastListener
    }

    fileprivate mutating func remove(_ listener: Int) { self.listeners[listener] = nil }
}
