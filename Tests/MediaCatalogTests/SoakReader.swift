import MediaCore
import MediaTesting
import Postgres
import Synchronization

@testable import MediaCatalog

/// Follows the feed, keeps what it got, and judges it in the end.
final class SoakReader: Sendable {
    /// What one change was, in as little room as it takes.
    struct Change: Sendable {
        var position: Int64
        var kind: FeedEvent.Kind
        var path: String
        var previousPath: String?
        var tag: String
    }

    private struct State: Sendable {
        var changes: [Change] = []
        var pageEnds: Set<Int64> = []
        var cursor: FeedCursor?
        /// Where it had to begin afresh, because it was too slow for the pruning.
        var restarts: Set<Int64> = []
        var problems: [String] = []
    }

    let keepsUp: Bool
    private let feed: PostgresFeed
    private let state = Mutex(State())

    init(_ feed: PostgresFeed, keepsUp: Bool) {
        self.feed = feed
        self.keepsUp = keepsUp
    }

    /// - Parameter client: whose notifications wake it; without one it comes by now and then.
    func run(until end: ContinuousClock.Instant, waking client: PostgresClient?) async throws {
        let stream = client.map { PostgresNotifications(client: $0, logger: quietLogger).notifications() }
        await withDiscardingTaskGroup { group in
            if let stream {
                group.addTask { for await _ in stream { await self.read(limit: 50) } }
            }
            while .now < end {
                await self.read(limit: self.keepsUp ? 7 : 200)
                // Pause: the interval in which a reader comes by itself.
                try? await Task.sleep(for: .milliseconds(self.keepsUp ? 1000 : 3000))
            }
            group.cancelAll()
        }
    }

    func readToTheEnd() async throws {
        while await self.read(limit: 1000) {}
    }

    /// Only one at a time has an effect: a page behind another cursor than the present one is dropped.
    /// - Returns: whether there was more.
    @discardableResult
    private func read(limit: Int) async -> Bool {
        var hasMore = true
        while hasMore, !Task.isCancelled {
            let cursor = self.state.withLock { $0.cursor }
            do throws(MediaError) {
                let page = try await self.feed.page(after: cursor, filter: .all, limit: limit)
                self.state.withLock { state in
                    guard state.cursor == cursor else { return }
                    if cursor == nil { state.restarts.insert(page.events.first?.cursor.position ?? 0) }
                    state.changes += page.events.map(Change.init)
                    state.pageEnds.insert(page.cursor.position)
                    state.cursor = page.cursor
                }
                hasMore = page.hasMore
            } catch {
                guard error.code == .cursorExpired else { return true }
                // Pruned before it was read: a slow reader begins afresh.
                self.state.withLock { state in
                    if self.keepsUp { state.problems.append("a reader that keeps up lost its place: \(error)") }
                    state.cursor = nil
                }
            }
        }
        return hasMore
    }

    func problems(expecting expected: [String: Int], head: Int64) -> [String] {
        self.state.withLock { state in
            var problems = state.problems
            var (paths, previous): ([String: String], Change?) = ([:], nil)
            var counts: [String: Int] = [:]
            for change in state.changes {
                let isRestart = state.restarts.contains(change.position)
                if let previous, change.position != previous.position + 1, !isRestart {
                    problems.append("\(change.position) comes behind \(previous.position)")
                }
                if isRestart { paths = [:] }
                if let previous, state.pageEnds.contains(previous.position), previous.tag == change.tag {
                    problems.append("a page ended inside \(change.tag), at \(previous.position)")
                }
                if let count = counts[change.tag], count > 0, previous?.tag != change.tag {
                    problems.append("\(change.tag) is torn at \(change.position)")
                }
                counts[change.tag, default: 0] += 1
                problems += Self.problem(change, &paths)
                previous = change
            }
            if previous?.position != head { problems.append("it ended at \(previous?.position ?? 0) of \(head)") }
            for (tag, count) in counts where expected[tag] != count && state.restarts.count == 1 {
                problems.append("\(tag) has \(count) changes instead of \(expected[tag] ?? 0)")
            }
            if state.restarts.count == 1, counts.count != expected.count {
                problems.append("\(counts.count) transactions instead of \(expected.count)")
            }
            return problems
        }
    }

    /// Each change of a file goes on where the one before it left off.
    private static func problem(_ change: Change, _ paths: inout [String: String]) -> [String] {
        let name = String(change.path.prefix { $0 != "-" })
        defer { paths[name] = change.kind == .fileDeleted ? "" : change.path }
        guard let before = paths[name] else { return [] }
        let cameFrom = change.kind == .fileCreated ? "" : change.previousPath ?? change.path
        return cameFrom == before ? [] : ["\(change.position): \(change.path) cannot follow \(before)"]
    }
}

extension SoakReader.Change {
    init(_ event: FeedEvent) {
        self.init(
            position: event.cursor.position,
            kind: event.kind,
            path: event.path?.text ?? "",
            previousPath: event.previousPath?.text,
            tag: event.owner ?? ""
        )
    }
}
