import MediaCore
import Synchronization

/// Which request of this process is receiving bytes of which upload, and who came last.
///
/// It only decides who has to go and who gives up waiting. Being alone with an upload's bytes is the business of
/// ``UploadStore/take(_:)``, which holds between processes too.
final class UploadTurns: Sendable {
    private struct State {
        var holders: [UploadID: (began: Timestamp, interruption: TransferInterruption)] = [:]
        var newest: [UploadID: (ticket: Int, waiting: Int)] = [:]
        var lastTicket = 0
        var isClosed = false
    }

    private let state = Mutex(State())

    /// Takes the newest place in the line for an upload.
    func enter(_ id: UploadID) -> Int {
        self.state.withLock { state in
            state.lastTicket += 1
            state.newest[id] = (state.lastTicket, (state.newest[id]?.waiting ?? 0) + 1)
            return state.lastTicket
        }
    }

    func leave(_ id: UploadID) {
        self.state.withLock { state in
            guard let entry = state.newest[id] else { return }
            state.newest[id] = entry.waiting > 1 ? (entry.ticket, entry.waiting - 1) : nil
        }
    }

    func isNewest(_ ticket: Int, of id: UploadID) -> Bool { self.state.withLock { $0.newest[id]?.ticket == ticket } }

    /// Tells the request that is receiving bytes of the upload to end, unless it began after this was asked: a question that
    /// comes late is not meant for it.
    func interrupt(_ id: UploadID, asked time: Timestamp) {
        guard let holder = self.state.withLock({ $0.holders[id] }), holder.began <= time else { return }
        holder.interruption.interrupt(.takenOver)
    }

    /// Makes a request known that receives bytes now.
    /// - Returns: nil when there are `maximum` already.
    func begin(_ id: UploadID, at time: Timestamp, maximum: Int) -> TransferInterruption? {
        let interruption = TransferInterruption()
        let (isTaken, isClosed) = self.state.withLock { state in
            guard state.holders.count < maximum else { return (false, false) }
            state.holders[id] = (time, interruption)
            return (true, state.isClosed)
        }
        if isClosed { interruption.interrupt(.shutdown) }
        return isTaken ? interruption : nil
    }

    func end(_ id: UploadID) { self.state.withLock { $0.holders[id] = nil } }

    /// Tells all to end, and those that come later.
    func close() {
        let holders = self.state.withLock { state in
            state.isClosed = true
            return state.holders.values.map(\.interruption)
        }
        for holder in holders { holder.interrupt(.shutdown) }
    }
}
