import Access
import MediaCore
import Primitives
import Synchronization

@testable import MediaEngine

/// Events as tests need them.
enum FeedSamples {
    static func event(_ position: Int64 = 0, _ path: String = "posters/1.jpg", links: [FileLink] = []) -> FeedEvent {
        let parts = path.split(separator: "/", maxSplits: 1)
        return FeedEvent(
            cursor: Self.cursor(position),
            kind: .fileCreated,
            at: Timestamp(seconds: 1_700_000_000, nanoseconds: 0),
            path: try? MediaPath(validating: path),
            collection: parts.first.map(String.init),
            name: parts.last.map { String($0.prefix { $0 != "." }) },
            links: links
        )
    }

    static func cursor(_ position: Int64, epoch: String = "e1") -> FeedCursor {
        FeedCursor(epoch: epoch, position: position)
    }

    static func items(_ positions: ClosedRange<Int64>, _ path: String = "posters/1.jpg") -> [FeedItem] {
        positions.map { FeedItem(Self.event($0, path)) { Array($0.cursor.text.utf8) } }
    }
}

/// Everybody hears everything.
struct OpenAuthority: EventAuthority {
    func mayHear(_ event: FeedEvent) -> Bool { true }
    func maySee(_ upload: UploadReference) -> Bool { true }
    func state() async -> EventAccess { .valid }
    var canEnd: Bool { false }
}

/// A reader that notes what it is given, and takes it at once if it is set to.
final class NotingSink: FeedSink {
    struct Notes: Sendable {
        var positions: [Int64] = []
        var cursor: FeedCursor?
        var heartbeats = 0
        var ends: [FeedEnd] = []
        var largest = 0
        var subscription: FeedSubscription?
    }

    private let takesAtOnce: Bool
    private let kept = Mutex(Notes())

    init(takesAtOnce: Bool = true) { self.takesAtOnce = takesAtOnce }

    var notes: Notes { self.kept.withLock { $0 } }

    func begin(_ subscription: FeedSubscription) {
        self.kept.withLock { $0.subscription = subscription }
        subscription.ready()
    }

    func deliver(_ items: [FeedItem], upTo cursor: FeedCursor) {
        let subscription = self.kept.withLock { notes in
            notes.positions += items.map(\.event.cursor.position)
            notes.largest = max(notes.largest, items.count)
            notes.cursor = cursor
            if items.isEmpty { notes.heartbeats += 1 }
            return notes.subscription
        }
        if self.takesAtOnce { subscription?.ready() }
    }

    func end(_ reason: FeedEnd) { self.kept.withLock { $0.ends.append(reason) } }
}
