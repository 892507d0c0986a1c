import MediaCore
import Synchronization

/// The requests of this process that are receiving bytes, and the order of those that wait to.
///
/// It only decides who is told to end and who gives up waiting. Being alone with an upload's bytes is the business of
/// ``UploadStore/acquire(_:)``, which holds between processes too.
final class UploadTransfers: Sendable {
    private struct State {
        var receiving: [UploadID: (since: Timestamp, interruption: TransferInterruption)] = [:]
        var newest: [UploadID: (ticket: Int, waiting: Int)] = [:]
        var lastTicket = 0
        var isClosed = false
    }

    private let state = Mutex(State())
    private let maximum: Int

    /// - Parameter maximum: requests that may receive bytes at a time.
    init(maximum: Int) { self.maximum = maximum }

    // MARK: Waiting

    /// Becomes the newest request that waits for an upload.
    /// - Returns: a ticket for ``isNewest(_:of:)``. Give it up with ``dequeue(_:)``.
    func enqueue(_ id: UploadID) -> Int {
        self.state.withLock { state in
            state.lastTicket += 1
            state.newest[id] = (state.lastTicket, (state.newest[id]?.waiting ?? 0) + 1)
            return state.lastTicket
        }
    }

    /// One request waits for the upload no more.
    func dequeue(_ id: UploadID) {
        self.state.withLock { state in
            guard let entry = state.newest[id] else { return }
            state.newest[id] = entry.waiting > 1 ? (entry.ticket, entry.waiting - 1) : nil
        }
    }

    /// Whether no newer request waits for the upload.
    func isNewest(_ ticket: Int, of id: UploadID) -> Bool { self.state.withLock { $0.newest[id]?.ticket == ticket } }

    // MARK: Receiving

    /// Registers a request that receives bytes from now on.
    /// - Parameter time: since when it holds the upload's bytes.
    /// - Returns: nil when as many as may be receive bytes already. End it with ``end(_:)``.
    func begin(_ id: UploadID, at time: Timestamp) -> TransferInterruption? {
        let interruption = TransferInterruption()
        let (isRegistered, isClosed) = self.state.withLock { state in
            guard state.receiving.count < self.maximum else { return (false, false) }
            state.receiving[id] = (time, interruption)
            return (true, state.isClosed)
        }
        if isClosed { interruption.interrupt(.shutdown) }
        return isRegistered ? interruption : nil
    }

    /// The request that was receiving bytes of the upload has ended.
    func end(_ id: UploadID) { self.state.withLock { $0.receiving[id] = nil } }

    /// Tells the request that is receiving bytes of the upload to end, unless it began after `time`: a demand that arrives late
    /// is not meant for it.
    func interrupt(_ id: UploadID, asked time: Timestamp) {
        guard let holder = self.state.withLock({ $0.receiving[id] }), holder.since <= time else { return }
        holder.interruption.interrupt(.takenOver)
    }

    /// Tells all to end, and those that begin later.
    func close() {
        let interruptions = self.state.withLock { state in
            state.isClosed = true
            return state.receiving.values.map(\.interruption)
        }
        for interruption in interruptions { interruption.interrupt(.shutdown) }
    }
}
