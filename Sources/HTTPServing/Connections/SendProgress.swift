import NIOCore

/// What of a connection's written bytes its socket has taken, and since when it takes nothing. A pure value.
struct SendProgress {
    /// Bytes written, and those of them that the socket had taken when it was last looked at.
    private var written: Int64 = 0
    private var taken: Int64 = 0
    private(set) var isAllTaken = true
    /// When the socket last took something, as far as is known.
    private(set) var lastTaken: NIODeadline

    init(now: NIODeadline) { self.lastTaken = now }

    mutating func bytesWritten(_ count: Int, now: NIODeadline) {
        self.written += Int64(count)
        self.blocked(now: now)
    }

    /// - Parameter unsent: what is written and not taken by the socket, in bytes.
    mutating func looked(unsent: Int, now: NIODeadline) {
        let taken = self.written - Int64(unsent)
        // TLS writes more bytes than it was given: only a change for the better counts.
        if taken > self.taken { self.lastTaken = now }
        self.taken = taken
        self.isAllTaken = unsent == 0
    }

    /// Something waits for the socket from now on.
    mutating func blocked(now: NIODeadline) {
        guard self.isAllTaken else { return }
        self.isAllTaken = false
        self.lastTaken = now
    }

    /// Nothing waits any more.
    mutating func unblocked() { self.isAllTaken = true }
}
