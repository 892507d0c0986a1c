import NIOCore

/// What is HTTP/2's own: many streams, and a graceful shutdown in two steps (RFC 9113 section 6.8).
extension ConnectionState {
    /// What a GOAWAY says to the client.
    enum GoAway: Equatable {
        /// Nothing more should be begun; what was sent before the client reads it is still taken.
        case beginNothing
        /// No stream behind the last one that came was, or will be, looked at.
        case lastStream
    }

    mutating func streamOpened() {
        self.openStreams += 1
        // Each stream sees to its own body.
        if case .idle = self.phase { self.enter(.exchanging(.paced), now: self.since) }
    }

    /// - Returns: whether the connection ends with it.
    mutating func streamClosed(now: NIODeadline) -> Bool {
        self.openStreams -= 1
        if self.openStreams == 0 { self.enter(.idle, now: now) }
        return self.isDone
    }

    /// Begins the graceful shutdown, in two steps while there are streams: what the client had sent before it reads the first
    /// GOAWAY is still taken. Without, a stream that crosses the GOAWAY is one that the client may ask for again elsewhere, and
    /// knows it.
    ///
    /// - Returns: what to send; nil when it has begun already.
    mutating func beginGoAway() -> GoAway? {
        guard self.ending == .none else { return nil }
        self.ending = self.openStreams > 0 ? .announced : .final
        return self.ending == .announced ? .beginNothing : .lastStream
    }

    /// The client has had the time to read the first GOAWAY.
    /// - Returns: what to send next, if anything.
    mutating func goAwayWasRead() -> GoAway? {
        defer { self.ending = .heard }
        return self.ending == .announced ? .lastStream : nil
    }

    /// Whether nothing is left to wait for.
    var isDone: Bool { self.ending == .heard && self.openStreams == 0 }
}
