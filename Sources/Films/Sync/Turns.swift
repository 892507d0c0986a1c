/// So many at a time; the others wait for their turn, in the order in which they came.
actor Turns {
    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(_ count: Int) { self.free = count }

    /// Does something when there is room for it.
    func take<Result: Sendable>(
        _ body: @Sendable () async throws(FilmsError) -> Result
    ) async throws(FilmsError) -> Result {
        if self.free > 0 {
            self.free -= 1
        } else {
            // Bounded by the readers, each of which waits once.
            await withCheckedContinuation { self.waiting.append($0) }
        }
        defer { self.release() }
        return try await body()
    }

    private func release() {
        guard !self.waiting.isEmpty else {
            self.free += 1
            return
        }
        self.waiting.removeFirst().resume()
    }
}
