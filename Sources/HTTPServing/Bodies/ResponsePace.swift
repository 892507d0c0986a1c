/// How fast one response may be sent: a rate on average since it began, and a number of bytes in front that it does not count for,
/// so that a player's buffer fills at once. Of a collection's configuration (`limitRate`, `limitRateAfter`).
package struct ResponsePace: Hashable, Sendable {
    /// Positive.
    package let bytesPerSecond: Int64
    /// Bytes at the beginning that are sent as fast as the client takes them; not negative.
    package let after: Int64

    /// The shortest window that is worth a call of its own, in bytes.
    private static let leastWindowBytes: Int64 = 4 << 10
    /// Windows a second: short enough that a slow response does not come in lumps.
    private static let windowsPerSecond: Int64 = 4

    /// - Returns: nil when `bytesPerSecond` is not positive, which means no limit.
    package init?(bytesPerSecond: Int64, after: Int64 = 0) {
        guard bytesPerSecond > 0 else { return nil }
        self.bytesPerSecond = bytesPerSecond
        self.after = max(0, after)
    }

    /// How long to wait before anything more is sent.
    ///
    /// - Parameters:
    ///   - sent: bytes of this response that were sent already.
    ///   - elapsed: since the first of them was due.
    /// - Returns: zero when the response is not ahead of its time; never negative.
    package func delay(sent: Int64, elapsed: Duration) -> Duration {
        let counted = max(0, sent - self.after)
        let (seconds, rest) = counted.quotientAndRemainder(dividingBy: self.bytesPerSecond)
        let due = Duration.seconds(seconds) + .seconds(Double(rest) / Double(self.bytesPerSecond))
        return max(.zero, due - elapsed)
    }

    /// How many bytes to send before the next look at the clock: at least one, and never more than `limit`.
    package func windowLength(atMost limit: Int64) -> Int64 {
        max(1, min(limit, max(Self.leastWindowBytes, self.bytesPerSecond / Self.windowsPerSecond)))
    }

    /// The pace of the rest of a response of which `sent` bytes were sent.
    package func advanced(by sent: Int64) -> ResponsePace {
        // Neither is negative, so this cannot overflow.
        ResponsePace(self.bytesPerSecond, max(0, self.after - max(0, sent)))
    }

    private init(_ bytesPerSecond: Int64, _ after: Int64) {
        self.bytesPerSecond = bytesPerSecond
        self.after = after
    }
}
