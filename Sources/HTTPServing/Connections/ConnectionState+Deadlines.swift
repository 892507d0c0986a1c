import NIOCore

extension ConnectionState {
    /// What time has to say about a connection.
    enum Verdict: Equatable {
        case goOn
        case close
        /// The client has begun a request and does not finish it: it is told so (RFC 9110 section 15.5.9).
        case requestTimeout
        /// Nothing of what is written arrives: the connection is reset, else the kernel would keep it and try for minutes.
        case reset
        /// HTTP/2: the client is asked to go (GOAWAY), then the connection is closed.
        case goAway
    }

    /// For a connection of HTTP/1.
    ///
    /// - Parameters:
    ///   - unsentBytes: what is written and not taken by the socket, in bytes.
    ///   - isReadable: whether the client could send: a connection that is not read is not the client's fault.
    mutating func verdict(now: NIODeadline, unsentBytes: Int, isReadable: Bool) -> Verdict {
        self.sending.looked(unsent: unsentBytes, now: now)
        let isAllTaken = self.sending.isAllTaken
        if self.isBlocked(now: now) { return .reset }
        switch self.phase {
        case .idle:
            return isAllTaken && self.isOver(self.policy.idleTimeout, from: self.since, now: now) ? .close : .goOn
        case .readingHead(let head):
            guard self.isOver(self.policy.headerTimeout, from: self.since, now: now) else { return .goOn }
            return head.hasBegun && isAllTaken ? .requestTimeout : .close
        case .exchanging(let body):
            guard body == .due, isReadable else { return .goOn }
            return self.isOver(self.policy.idleTimeout, from: self.lastByte, now: now) ? .close : .goOn
        case .flushing: return .goOn
        case .lingering:
            return self.isOver(self.policy.lingerTimeout, from: self.since, now: now) ? .close : .goOn
        }
    }

    /// For a connection of HTTP/2, whose streams have time-outs of their own.
    ///
    /// - Parameter isCrowded: whether connections without a stream should go of their own accord.
    func verdict(now: NIODeadline, isCrowded: Bool) -> Verdict {
        if self.isBlocked(now: now) { return .close }
        guard self.phase == .idle else { return .goOn }
        return isCrowded || self.isOver(self.policy.idleTimeout, from: self.since, now: now) ? .goAway : .goOn
    }

    /// Whether the client takes nothing of what is written, for too long.
    private func isBlocked(now: NIODeadline) -> Bool {
        !self.sending.isAllTaken && self.isOver(self.policy.writeTimeout, from: self.sending.lastTaken, now: now)
    }

    /// The driver's clock may stand still between two looks: a point in time may be a period younger than it says.
    private func isOver(_ limit: TimeAmount, from start: NIODeadline, now: NIODeadline) -> Bool {
        now - start >= limit + self.policy.clockPeriod
    }
}
