import Synchronization

/// One commit at a time on each name.
///
/// Waiters are served in order. The line at one name is bounded, because every waiter holds a staged file. Watchers only want
/// to know when the present holder is done; they stand in no line.
final class NameLocks: Sendable {
    struct LineTooLong: Error {}

    /// What a held name has.
    private struct Line {
        var waiters: [CheckedContinuation<Bool, Never>] = []
        var watchers: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex<[String: Line]>([:])
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

    /// Returns when the present holder of `name` is done; at once when nobody holds it.
    func waitUntilFree(_ name: String) async {
        await withCheckedContinuation { continuation in
            let isFree = self.state.withLock { lines in
                guard lines[name] != nil else { return true }
                lines[name]?.watchers.append(continuation)
                return false
            }
            if isFree { continuation.resume() }
        }
    }

    /// How many stand in line for `name`, without the one that holds it.
    func waiters(of name: String) -> Int { self.state.withLock { $0[name]?.waiters.count ?? 0 } }

    /// How many wait to hear that the holder of `name` is done.
    func watchers(of name: String) -> Int { self.state.withLock { $0[name]?.watchers.count ?? 0 } }

    private func acquire(_ name: String) async throws {
        let isAdmitted = await withCheckedContinuation { continuation in
            let answer = self.state.withLock { lines -> Bool? in
                guard let line = lines[name] else {
                    lines[name] = Line()
                    return true
                }
                guard line.waiters.count < self.maximumWaiters else { return false }
                lines[name]?.waiters.append(continuation)
                return nil
            }
            if let answer { continuation.resume(returning: answer) }
        }
        guard isAdmitted else { throw LineTooLong() }
    }

    private func release(_ name: String) {
        let freed = self.state.withLock { lines -> Freed in
            guard var line = lines[name] else { return Freed() }
            let watchers = line.watchers
            line.watchers = []
            let next = line.waiters.isEmpty ? nil : line.waiters.removeFirst()
            lines[name] = next == nil ? nil : line
            return Freed(next: next, watchers: watchers)
        }
        freed.next?.resume(returning: true)
        for watcher in freed.watchers { watcher.resume() }
    }

    /// Whom the end of a commit concerns: who holds the name now, and who only wanted to know.
    private struct Freed {
        var next: CheckedContinuation<Bool, Never>?
        var watchers: [CheckedContinuation<Void, Never>] = []
    }
}
