import Foundation
import Logging
import MediaCore
import MediaTesting
import ServiceLifecycle
import Synchronization
import Testing

@testable import MediaEngine

extension InMemoryFeed {
    /// Commits one change.
    @discardableResult
    func append(_ kind: FeedEvent.Kind = .fileCreated, collection: String = "posters") -> FeedCursor {
        let (none, time) = (FeedCursor(epoch: "none", position: 0), Timestamp(seconds: 1_700_000_000, nanoseconds: 0))
        return self.commit([FeedEvent(cursor: none, kind: kind, at: time, collection: collection)]).last?.cursor ?? none
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
    let feed = InMemoryFeed()
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
