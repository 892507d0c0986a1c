import Logging
import ServiceLifecycle
import Synchronization

/// The open streams of this process: ends those whose session was ended, whose token ran out, and all of them when the service stops.
/// Requests that wait for changes end with their session, too.
package final class SyncStreams: Service {
    let hub: ChangeHub
    let verifier: any CallerVerifier
    let limits: SyncLimits
    private let store: ChangeStore
    private let state = Mutex(State())
    private let logger: Logger
    private let closing: (stream: AsyncStream<Void>, continuation: AsyncStream<Void>.Continuation)

    /// Between two looks at the sessions: a revoked one is felt within a second.
    private static let sessionInterval = Duration.milliseconds(400)
    /// Looks at the sessions between two at the tokens.
    private static let roundsPerToken = 5

    private struct State {
        var streams: [UInt64: Stream] = [:]
        var polls: [UInt64: Poll] = [:]
        var next: UInt64 = 0
        var isClosing = false
    }

    private struct Stream {
        var end: @Sendable (SyncEnding) -> Void
        /// Nil until it is known who it is.
        var session: RecordID?
        var token: String?
        /// When the token was found to have run out.
        var expiredAt: ContinuousClock.Instant?
    }

    /// A request that waits for changes.
    private struct Poll {
        var session: RecordID
        var end: @Sendable () -> Void
    }

    init(hub: ChangeHub, store: ChangeStore, verifier: any CallerVerifier, limits: SyncLimits, logger: Logger) {
        self.hub = hub
        self.store = store
        self.verifier = verifier
        self.limits = limits
        self.logger = logger
        self.closing = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// How many are open.
    package var count: Int { self.state.withLock { $0.streams.count } }

    /// A number for a new stream.
    /// - Throws: `busy`, `shutting_down`.
    func admit() throws(FilmsError) -> UInt64 {
        let (number, isClosing) = self.state.withLock { state -> (UInt64?, Bool) in
            guard !state.isClosing, state.streams.count < self.limits.maximumStreams else {
                return (nil, state.isClosing)
            }
            state.next += 1
            return (state.next, false)
        }
        if let number { return number }
        throw isClosing
            ? FilmsError(.shuttingDown, .shuttingDown, retryAfter: 2)
            : FilmsError(.busy, .tooManyFollow, retryAfter: 5)
    }

    func opened(_ number: UInt64, end: @escaping @Sendable (SyncEnding) -> Void) {
        self.state.withLock { $0.streams[number] = Stream(end: end) }
    }

    func verified(_ number: UInt64, _ session: RecordID, _ token: String) {
        self.state.withLock { state in
            state.streams[number]?.session = session
            state.streams[number]?.token = token
            state.streams[number]?.expiredAt = nil
        }
    }

    func closed(_ number: UInt64) { self.state.withLock { _ = $0.streams.removeValue(forKey: number) } }

    // MARK: Requests that wait

    /// Does something while a request waits for changes.
    ///
    /// - Parameter end: called when the session of whoever made the request is ended meanwhile.
    func attending<Result: Sendable>(
        _ session: RecordID,
        end: @escaping @Sendable () -> Void,
        _ body: () async throws -> Result
    ) async throws -> Result {
        let number = self.state.withLock { state in
            state.next += 1
            state.polls[state.next] = Poll(session: session, end: end)
            return state.next
        }
        defer { self.state.withLock { _ = $0.polls.removeValue(forKey: number) } }
        return try await body()
    }

    // MARK: Upkeep

    /// Looks after the streams until graceful shutdown.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask { await self.watch() }
                for await _ in self.closing.stream { await self.endAll() }
                group.cancelAll()
            }
        }
        await self.endAll()
    }

    private func watch() async {
        var round = 0
        while !Task.isCancelled {
            try? await Task.sleep(for: Self.sessionInterval)
            await self.checkSessions()
            round += 1
            if round % Self.roundsPerToken == 0 { await self.checkTokens() }
        }
    }

    private func checkSessions() async {
        let open = self.state.withLock { state in
            Set(state.streams.values.compactMap(\.session)).union(state.polls.values.map(\.session))
        }
        guard !open.isEmpty else { return }
        do throws(FilmsError) {
            let ended = try await self.store.endedSessions(among: open)
            guard !ended.isEmpty else { return }
            let (streams, polls) = self.state.withLock { state in
                (
                    state.streams.values.filter { $0.session.map(ended.contains) ?? false },
                    state.polls.values.filter { ended.contains($0.session) }
                )
            }
            for stream in streams { stream.end(.unauthenticated(.sessionEnded)) }
            for poll in polls { poll.end() }
        } catch {
            // The hub lets everybody go when the database stays away.
            self.logger.debug("Sessions could not be looked at", metadata: ["error": "\(error.cause ?? error)"])
        }
    }

    private func checkTokens() async {
        let open = self.state.withLock { state in
            state.streams.compactMap { number, stream in stream.token.map { (number, $0, stream) } }
        }
        for (number, token, stream) in open {
            if let expiredAt = stream.expiredAt {
                if ContinuousClock.now - expiredAt >= self.limits.tokenGrace { stream.end(.tokenExpired) }
                continue
            }
            do throws(FilmsError) {
                _ = try await self.verifier.caller(of: token)
            } catch {
                switch error.code {
                case .tokenExpired:
                    self.state.withLock { state in
                        if state.streams[number]?.token == token { state.streams[number]?.expiredAt = .now }
                    }
                case .tokenInvalid, .unauthenticated: stream.end(.refused(error))
                default: break
                }
            }
        }
    }

    // MARK: The end

    /// Takes nobody in any more, and lets those who are there go one after the other, so that they do not all come again at once.
    package func close() {
        self.state.withLock { $0.isClosing = true }
        self.hub.close()
        self.closing.continuation.yield()
    }

    /// Waits until all are gone, for a bounded time.
    package func drained() async {
        for _ in 0..<100 where self.count > 0 { try? await Task.sleep(for: .milliseconds(50)) }
    }

    private func endAll() async {
        let streams = self.state.withLock { state in
            state.isClosing = true
            return Array(state.streams.values)
        }
        // A few at a time; all of them within three seconds.
        let share = max(1, streams.count / 60)
        for (index, stream) in streams.enumerated() {
            stream.end(.shuttingDown(retryAfterSeconds: Int.random(in: 1...5)))
            if index % share == share - 1 { try? await Task.sleep(for: .milliseconds(min(50, streams.count))) }
        }
    }
}
