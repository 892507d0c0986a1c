package import MediaCore
import ServiceLifecycle
import Synchronization

/// Tells those who listen how far the uploads of this process have come, twice a second, and only of uploads that they may see.
///
/// An ephemeral topic: nothing is stored, nobody waits for it, and what is not heard is lost. It is bounded in every direction: one message
/// an upload and round, ``maximumPerRound`` messages a round, ``maximumListeners`` listeners. While nobody listens nothing is done.
package final class UploadProgressTopic: Service {
    private struct Transfer {
        let upload: Upload
        let start: Int64
        let append: any UploadAppend
        /// What was reported last.
        var reported: Int64
    }

    private struct Listener {
        let sink: any UploadProgressSink
        let filter: FeedFilter
        let authority: any EventAuthority
    }

    private struct State {
        var transfers: [Int: Transfer] = [:]
        /// The last words of requests that ended since the last round.
        var ended: [UploadAdvance] = []
        var listeners: [Int: Listener] = [:]
        var lastNumber = 0
    }

    private let state = Mutex(State())
    private let clock: WallClock

    /// Between two rounds.
    package static let interval = Duration.milliseconds(500)
    /// Uploads that a round tells of; the others have their turn in a later one.
    package static let maximumPerRound = 256
    /// Those who listen at a time.
    package static let maximumListeners = 1000

    package init(clock: @escaping WallClock) { self.clock = clock }

    // MARK: Requests that receive bytes

    /// A request begins to receive bytes of an upload. As many as may receive bytes at a time.
    ///
    /// - Returns: a number for ``end(_:)``.
    func begin(_ upload: Upload, at start: ByteCount, _ append: any UploadAppend) -> Int {
        self.state.withLock { state in
            state.lastNumber += 1
            state.transfers[state.lastNumber] = Transfer(
                upload: upload,
                start: start.bytes,
                append: append,
                reported: start.bytes
            )
            return state.lastNumber
        }
    }

    /// The request is over: what is durable is how far the upload has come.
    func end(_ number: Int) {
        let now = self.clock()
        self.state.withLock { state in
            guard let transfer = state.transfers.removeValue(forKey: number), !state.listeners.isEmpty else { return }
            guard state.ended.count < Self.maximumPerRound else { return }
            state.ended.append(Self.progress(of: transfer, transfer.append.durableOffset.bytes, at: now))
        }
    }

    // MARK: Who listens

    /// Lets somebody listen, with the collections of a filter; one for paths or entities has no uploads.
    ///
    /// - Returns: what ends it; nil when as many listen as may: then the reader has its events without it.
    package func listen(
        _ sink: any UploadProgressSink,
        filter: FeedFilter,
        authority: any EventAuthority
    ) -> UploadProgressListening? {
        self.state.withLock { state in
            guard state.listeners.count < Self.maximumListeners else { return nil }
            state.lastNumber += 1
            state.listeners[state.lastNumber] = Listener(sink: sink, filter: filter, authority: authority)
            return UploadProgressListening(topic: self, number: state.lastNumber)
        }
    }

    fileprivate func remove(_ number: Int) { self.state.withLock { $0.listeners[number] = nil } }

    // MARK: Rounds

    /// Tells until graceful shutdown.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                try? await Task.sleep(for: Self.interval)
                self.tell()
            }
        }
    }

    /// Tells all what has changed since the last round.
    func tell() {
        let now = self.clock()
        let (news, listeners) = self.state.withLock { state in
            guard !state.listeners.isEmpty else { return ([UploadAdvance](), [Listener]()) }
            defer { state.ended = [] }
            var news = state.ended
            for (number, transfer) in state.transfers {
                guard news.count < Self.maximumPerRound else { break }
                let received = transfer.start + transfer.append.received.bytes
                guard received != transfer.reported else { continue }
                state.transfers[number]?.reported = received
                news.append(Self.progress(of: transfer, received, at: now))
            }
            return (news, Array(state.listeners.values))
        }
        guard !news.isEmpty else { return }
        for listener in listeners {
            let heard = news.filter { listener.filter.wants($0) && listener.authority.maySee($0.upload) }
            if !heard.isEmpty { listener.sink.progress(heard) }
        }
    }

    private static func progress(of transfer: Transfer, _ received: Int64, at time: Timestamp) -> UploadAdvance {
        let upload = transfer.upload
        return UploadAdvance(
            id: upload.id,
            received: ByteCount(bytes: received),
            length: upload.length,
            collection: upload.target.collection,
            name: upload.target.name,
            upload: upload.reference,
            at: time
        )
    }
}

/// Somebody's place among those who listen.
package struct UploadProgressListening: Sendable {
    fileprivate let topic: UploadProgressTopic
    fileprivate let number: Int

    /// Nothing more comes from here on, but for what is on its way.
    package func cancel() { self.topic.remove(self.number) }
}

extension FeedFilter {
    /// Whether an upload's progress is wanted: it has no path yet, and nothing uses it.
    fileprivate func wants(_ progress: UploadAdvance) -> Bool {
        guard self.path == nil, self.entity == nil else { return false }
        return self.collections.isEmpty || progress.collection.map(self.collections.contains) == true
    }
}
