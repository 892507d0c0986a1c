/// Whose turn it is on a connection: one at a time, first come, first served.
struct TurnQueue {
    private struct Waiter {
        let ticket: UInt64
        let continuation: CheckedContinuation<Bool, Never>
    }

    private var isTaken = false
    private var waiters: [Waiter] = []
    private var tickets: UInt64 = 0

    /// A number for one attempt to get a turn.
    mutating func makeTicket() -> UInt64 {
        tickets += 1
        return tickets
    }

    /// Takes the turn, if nobody has it.
    mutating func take() -> Bool {
        defer { isTaken = true }
        return !isTaken
    }

    /// Waits behind the others; resumed with true when the turn has come.
    mutating func enqueue(_ ticket: UInt64, _ continuation: CheckedContinuation<Bool, Never>) {
        waiters.append(Waiter(ticket: ticket, continuation: continuation))
    }

    /// Stops waiting; resumed with false, unless the turn has come already.
    mutating func withdraw(_ ticket: UInt64) {
        guard let index = waiters.firstIndex(where: { $0.ticket == ticket }) else { return }
        waiters.remove(at: index).continuation.resume(returning: false)
    }

    /// Hands the turn on.
    mutating func pass() {
        if waiters.isEmpty {
            isTaken = false
        } else {
            waiters.removeFirst().continuation.resume(returning: true)
        }
    }
}
