import NIOCore

/// Whether a body comes fast enough (``ReceptionPace``). A pure value: whoever drives it says what time it is.
struct ReceptionDeadlines {
    /// What time has to say about a body.
    enum Verdict {
        /// Asked again after this time.
        case goOn(TimeAmount)
        case fail(ReceptionFailure)
    }

    private let pace: ReceptionPace
    private var lastByte: NIODeadline
    private var windowStart: NIODeadline
    private var windowBytes: Int64 = 0
    /// Set once the reception is to end after its grace.
    private var graceEnd: NIODeadline?

    init(_ pace: ReceptionPace, now: NIODeadline) {
        self.pace = pace
        self.lastByte = now
        self.windowStart = now
    }

    /// How often to look at least.
    var interval: TimeAmount { min(.seconds(1), TimeAmount(self.pace.idleTimeout)) }

    mutating func bytesCame(_ count: Int, now: NIODeadline) {
        self.windowBytes += Int64(count)
        self.lastByte = now
    }

    /// A write has ended: until now it was the client that waited.
    mutating func wrote(now: NIODeadline) { self.lastByte = now }

    /// From now on only what is already on its way is taken.
    mutating func graceBegins(now: NIODeadline) { self.graceEnd = now + TimeAmount(ReceptionPace.interruptionGrace) }

    /// - Parameter isWriting: while a write is under way the client may be waiting for us.
    mutating func check(now: NIODeadline, isWriting: Bool) -> Verdict {
        if let graceEnd = self.graceEnd {
            let isSilent = now - self.lastByte >= TimeAmount(ReceptionPace.interruptionSilence)
            return now >= graceEnd || isSilent ? .fail(.interrupted(.afterGrace)) : .goOn(.milliseconds(20))
        }
        if !isWriting, now - self.lastByte >= TimeAmount(self.pace.idleTimeout) {
            return .fail(.silent(self.pace.idleTimeout))
        }
        let window = TimeAmount(self.pace.rateWindow)
        if now - self.windowStart >= window {
            let least = Double(self.pace.minimumRate) * Double(window.nanoseconds) / 1e9
            // Silence is the idle time-out's business.
            guard Double(self.windowBytes) >= least || self.windowBytes == 0 || isWriting else {
                return .fail(.tooSlow(minimumRate: self.pace.minimumRate))
            }
            self.windowStart = now
            self.windowBytes = 0
        }
        return .goOn(self.interval)
    }
}
