import NIOCore

extension ConnectionLife {
    /// What time has to say about a connection.
    enum Verdict {
        case goOn
        case close
        /// The client has begun a request and does not finish it: it is told so (RFC 9110 section 15.5.9).
        case requestTimeout
        /// Nothing of what is written arrives: the connection is reset, else the kernel would keep it and try for minutes.
        case reset
    }

    /// - Parameters:
    ///   - unsentBytes: what is written and not taken by the socket, in bytes.
    ///   - isReadable: whether the client could send: a connection that is not read is not the client's fault.
    func verdict(unsentBytes: Int, isReadable: Bool) -> Verdict {
        let (now, limits) = (self.table.now, self.table.limits)
        let taken = self.writtenBytes - Int64(unsentBytes)
        // TLS writes more bytes than it was given: only a change for the better counts.
        if taken > self.takenBytes { self.lastTaken = now }
        self.takenBytes = taken
        self.isAllTaken = unsentBytes == 0
        if !self.isAllTaken, self.isOver(limits.writeTimeout, from: self.lastTaken) { return .reset }
        switch self.phase {
        case .awaiting:
            return self.isAllTaken && self.isOver(limits.idleTimeout, from: self.since) ? .close : .goOn
        case .readingHead:
            guard self.isOver(limits.headerTimeout, from: self.since) else { return .goOn }
            return self.hasHeadBegun && self.isAllTaken ? .requestTimeout : .close
        case .answering:
            guard self.isBodyDue, !self.isBodyPaced, isReadable else { return .goOn }
            return self.isOver(limits.idleTimeout, from: self.lastByte) ? .close : .goOn
        case .leaving: return .goOn
        case .lingering: return self.isOver(limits.lingerTimeout, from: self.since) ? .close : .goOn
        }
    }

    /// The table's clock stands still between two looks: a moment may be a period younger than it says.
    private func isOver(_ limit: TimeAmount, from moment: NIODeadline) -> Bool {
        self.table.now - moment >= limit + self.table.period
    }
}
