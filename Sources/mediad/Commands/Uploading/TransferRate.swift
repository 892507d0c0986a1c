/// How fast bytes went over the last seconds, and how long the rest will take at that rate.
struct TransferRate: Sendable {
    private static let window: Duration = .seconds(5)
    /// Too short a time says nothing.
    private static let shortest: Duration = .milliseconds(400)

    private var samples: [(time: Duration, done: Int64)] = []

    /// - Parameters:
    ///   - done: bytes that have gone, those of earlier runs included.
    ///   - time: since any one point in time; never goes back.
    mutating func record(_ done: Int64, at time: Duration) {
        // An upload that had to go back begins a new estimate.
        if let last = self.samples.last, last.done > done { self.samples = [] }
        self.samples.append((time, done))
        // One sample from before the window stays: the rate is that of the whole window.
        while self.samples.count > 2, self.samples[1].time <= time - Self.window { self.samples.removeFirst() }
    }

    /// Nil while it is too early to tell.
    var bytesPerSecond: Double? {
        guard let first = self.samples.first, let last = self.samples.last, last.time - first.time >= Self.shortest
        else { return nil }
        return Double(last.done - first.done) / ((last.time - first.time) / .seconds(1))
    }

    /// Nil while it is too early to tell, or when nothing moves.
    func timeLeft(total: Int64) -> Duration? {
        guard let rate = self.bytesPerSecond, rate >= 1, let done = self.samples.last?.done else { return nil }
        let seconds = Double(max(0, total - done)) / rate
        // Above that it is no estimate any more.
        return seconds < 1e6 ? .seconds(seconds.rounded(.up)) : nil
    }
}
