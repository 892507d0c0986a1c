import Synchronization

/// One commit at a time on each name.
///
/// Waiters are served in order. The line at one name is bounded, because every waiter holds a staged file.
final class NameLocks: Sendable {
    struct LineTooLong: Error {}

    private let state = Mutex<[String: [CheckedContinuation<Void, Never>]]>([:])
    private let maximumWaiters: Int

    init(maximumWaiters: Int) { self.maximumWaiters = maximumWaiters }

    /// Runs `body` while no one else holds any of `names`.
    ///
    /// Several names are taken in sorted order, so that two callers never wait for each other.
    func withLocks<Result: Sendable>(
        on names: Set<String>,
        _ body: () async throws -> Result
    ) async throws -> Result {
        var held: [String] = []
        defer { for name in held { self.release(name) } }
        for name in names.sorted() {
            try await self.acquire(name)
            held.append(name)
        }
        return try await body()
    }

    /// Returns when nobody holds `name` just now; at once when nobody does.
    func waitUntilFree(_ name: String) async throws {
        guard self.state.withLock({ $0[name] != nil }) else { return }
        try await self.acquire(name)
        self.release(name)
    }

    /// How many stand in line for `name`, without the one that holds it.
    func waiters(of name: String) -> Int { self.state.withLock { $0[name]?.count ?? 0 } }

    private func acquire(_ name: String) async throws {
        let isTooLong = self.state.withLock { ($0[name]?.count ?? 0) >= self.maximumWaiters }
        guard !isTooLong else { throw LineTooLong() }
        await withCheckedContinuation { continuation in
            let isFree = self.state.withLock { lines in
                guard lines[name] != nil else {
                    lines[name] = []
                    return true
                }
                lines[name]?.append(continuation)
                return false
            }
            if isFree { continuation.resume() }
        }
    }

    private func release(_ name: String) {
        let next = self.state.withLock { lines -> CheckedContinuation<Void, Never>? in
            guard var line = lines[name], !line.isEmpty else {
                lines[name] = nil
                return nil
            }
            let first = line.removeFirst()
            lines[name] = line
            return first
        }
        next?.resume()
    }
}
