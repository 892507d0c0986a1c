import Logging
import MediaCore

/// Keeps one place of the pool filled: starts a worker, sees it through, starts the next.
struct WorkerKeeper {
    let pool: WorkerPool

    /// Returns when the task is cancelled.
    func run() async {
        var pause = BackOff()
        while !Task.isCancelled {
            let session = WorkerSession(pool: self.pool)
            if await session.run() {
                pause.reset()
            } else if !Task.isCancelled {
                // Something is wrong with the program or the machine, not with a file: do not spin.
                try? await Task.sleep(for: pause.next())
            }
        }
    }
}

/// Pauses between attempts that fail at once: 100 ms, doubled each time, at most 30 s.
struct BackOff {
    private var pause = Self.shortest
    static let shortest: Duration = .milliseconds(100)
    static let longest: Duration = .seconds(30)

    mutating func next() -> Duration {
        defer { self.pause = min(self.pause * 2, Self.longest) }
        return self.pause
    }

    mutating func reset() { self.pause = Self.shortest }
}
