/// A loop's reasons to run once more: somebody wakes it, or an interval has passed. Many at once are one.
package struct WakeUps: Sendable {
    private let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    package init() { (self.stream, self.continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1)) }

    /// Makes the loop run soon, if it does not run already.
    package func wake() { self.continuation.yield() }

    /// Runs `body` at once, then after each wake-up, and at least once in each interval, until the task is cancelled.
    package func loop(atLeastEvery interval: Duration, _ body: @Sendable () async -> Void) async {
        await withDiscardingTaskGroup { group in
            group.addTask {
                while !Task.isCancelled {
                    self.wake()
                    try? await Task.sleep(for: interval)
                }
            }
            for await _ in self.stream { await body() }
            group.cancelAll()
        }
    }
}
