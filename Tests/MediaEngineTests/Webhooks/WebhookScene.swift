import Foundation
import Logging
import MediaCore
import MediaTesting
import ServiceLifecycle
import Synchronization
import Testing

@testable import MediaEngine

/// A feed in memory that a test writes, and can prune or give another epoch.
final class ScriptedFeed: ChangeFeed, FeedSignals {
    private struct State {
        var epoch = "e1"
        var floor: Int64 = 0
        var events: [FeedEvent] = []
        var listeners: [AsyncStream<FeedSignal>.Continuation] = []
        var isAway = false
    }

    private let state = Mutex(State())

    @discardableResult
    func append(_ kind: FeedEvent.Kind = .fileCreated, collection: String = "posters") -> FeedCursor {
        self.state.withLock { state in
            let cursor = FeedCursor(epoch: state.epoch, position: Self.head(state) + 1)
            let time = Timestamp(seconds: 1_700_000_000, nanoseconds: 0)
            state.events.append(FeedEvent(cursor: cursor, kind: kind, at: time, collection: collection))
            for listener in state.listeners { listener.yield(.moved(cursor)) }
            return cursor
        }
    }

    func prune() { self.state.withLock { $0.floor = Self.head($0) } }
    func setAway(_ isAway: Bool) { self.state.withLock { $0.isAway = isAway } }

    private static func head(_ state: State) -> Int64 { state.events.last?.cursor.position ?? 0 }

    func bounds() async throws(MediaError) -> FeedBounds {
        try self.read { state in
            FeedBounds(
                floor: FeedCursor(epoch: state.epoch, position: state.floor),
                head: FeedCursor(epoch: state.epoch, position: Self.head(state))
            )
        }
    }

    func page(after cursor: FeedCursor?, filter: FeedFilter, limit: Int) async throws(MediaError) -> FeedPage {
        let page = try self.read { state -> FeedPage? in
            let cursor = cursor ?? FeedCursor(epoch: state.epoch, position: state.floor)
            let head = Self.head(state)
            guard cursor.epoch == state.epoch, (state.floor...head).contains(cursor.position) else { return nil }
            let behind = state.events.filter { $0.cursor.position > cursor.position }
            let page = behind.prefix(limit)
            let wanted = page.filter { event in
                filter.collections.isEmpty || event.collection.map { filter.collections.contains($0) } ?? false
            }
            return FeedPage(
                events: Array(wanted),
                cursor: page.last?.cursor ?? cursor,
                hasMore: behind.count > page.count
            )
        }
        guard let page else { throw MediaError(.cursorExpired, "The cursor has expired.") }
        return page
    }

    private func read<Value: Sendable>(_ body: (State) -> Value) throws(MediaError) -> Value {
        let value: Value? = self.state.withLock { $0.isAway ? nil : body($0) }
        guard let value else { throw MediaError(.catalogUnavailable, "The database is away.") }
        return value
    }

    func signals() -> AsyncStream<FeedSignal> {
        let (stream, continuation) = AsyncStream.makeStream(of: FeedSignal.self, bufferingPolicy: .bufferingNewest(4))
        continuation.yield(.connected)
        self.state.withLock { $0.listeners.append(continuation) }
        return stream
    }
}

/// An endpoint in memory that does what a test says.
final class ScriptedSender: WebhookSender {
    typealias Script = @Sendable (WebhookMessage, Int) async -> WebhookOutcome

    private let script: Mutex<Script>
    private let sent = Mutex<[WebhookMessage]>([])

    init(_ script: @escaping Script = { _, _ in .responded(status: 200, retryAfter: nil) }) {
        self.script = Mutex(script)
    }

    func use(_ script: @escaping Script) { self.script.withLock { $0 = script } }

    var messages: [WebhookMessage] { self.sent.withLock(\.self) }
    /// The positions of what came, by the identifiers.
    var positions: [Int64] { self.messages.compactMap(\.position) }

    func check(_ url: WebhookURL) async throws(MediaError) {
        if url.host == "inside" { throw MediaError(.endpointNotAllowed, "No.") }
    }

    func send(_ message: WebhookMessage) async -> WebhookOutcome {
        let count = self.sent.withLock { sent in
            sent.append(message)
            return sent.count
        }
        return await self.script.withLock(\.self)(message, count)
    }
}

extension WebhookMessage {
    func field(_ name: String) -> String? { self.fields.first { $0.name == name }?.value }
    var position: Int64? { self.field("webhook-id").flatMap { $0.split(separator: "_").last }.flatMap { Int64($0) } }
}

/// Webhooks on doubles: one catalog and feed, and as many dispatchers as a test starts.
struct WebhookScene: Sendable {
    let feed = ScriptedFeed()
    let sender = ScriptedSender()
    let catalog = InMemoryWebhookCatalog(clock: { Timestamp(seconds: 0, nanoseconds: 0).now })

    static let policy = WebhookPolicy(
        tries: 3,
        firstPause: .milliseconds(1),
        longestPause: .milliseconds(4),
        probeInterval: .milliseconds(50),
        disableAfter: .seconds(3600),
        disabledProbeInterval: .milliseconds(50)
    )

    var service: WebhookService {
        WebhookService(
            catalog: self.catalog,
            feed: self.feed,
            sender: self.sender,
            collections: ["posters", "videos"],
            maximum: 3,
            clock: { Timestamp(seconds: 0, nanoseconds: 0).now }
        )
    }

    func dispatcher(sender: ScriptedSender? = nil, catalog: (any WebhookCatalog)? = nil) -> WebhookDispatcher {
        WebhookDispatcher(
            catalog: catalog ?? self.catalog,
            feed: self.feed,
            signals: self.feed,
            sender: sender ?? self.sender,
            data: { Array("{\"cursor\":\"\($0.cursor)\"}".utf8) },
            policy: Self.policy,
            concurrency: 4,
            clock: { Timestamp(seconds: 0, nanoseconds: 0).now },
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    /// Runs dispatchers around `body`.
    func running(_ dispatchers: [WebhookDispatcher], _ body: () async throws -> Void) async throws {
        let tasks = dispatchers.map { dispatcher in Task { try await dispatcher.run() } }
        do {
            try await body()
        } catch {
            for task in tasks { task.cancel() }
            throw error
        }
        for task in tasks { task.cancel() }
        for task in tasks { _ = await task.result }
    }

    func only() async throws -> Webhook { try #require(try await self.catalog.webhooks().first) }
}

extension Timestamp {
    /// The system's time.
    var now: Timestamp { Timestamp(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000)) }
}
