import HTTPServing
import NIOCore
import Primitives
import ServiceSupport

/// One client on `/api/sync`. Lives on the connection's event loop.
final class SyncSession: WebSocketApplication {
    /// Messages that wait for the first token to be verified.
    private static let maximumWaiting = 8

    private let connection: WebSocketConnection
    private let streams: SyncStreams
    private let number: UInt64
    /// The language that an account has chosen, if any.
    private let choice: @Sendable (RecordID) async -> Language?
    /// That of the request, and then that of the account.
    private var language: Language
    private var caller: Caller?
    private var isVerifying = false
    private var waiting: [SyncCommand] = []
    private var subscriptions: [String: Task<Void, Never>] = [:]
    private var tokenTimer: Scheduled<Void>?
    private var hasEnded = false

    init(
        connection: WebSocketConnection,
        streams: SyncStreams,
        number: UInt64,
        language: Language,
        choice: @escaping @Sendable (RecordID) async -> Language?
    ) {
        self.connection = connection
        self.streams = streams
        self.number = number
        self.language = language
        self.choice = choice
    }

    /// Called once, on the event loop.
    func begin() {
        let session = NIOLoopBound(self, eventLoop: self.connection.eventLoop)
        self.tokenTimer = self.connection.eventLoop.scheduleTask(in: TimeAmount(self.streams.limits.tokenTime)) {
            // One that is being looked at came in time, however long that takes.
            guard session.value.caller == nil, !session.value.isVerifying else { return }
            session.value.end(.unauthenticated(.noTokenInTime))
        }
        self.streams.opened(self.number) { ending in
            session.eventLoop.execute { session.value.end(ending) }
        }
    }

    func received(_ text: String) {
        guard !self.hasEnded else { return }
        guard let command = SyncCommand(text) else {
            return self.end(.misuse(.unknownMessage))
        }
        switch command {
        case .token(let token):
            guard !self.isVerifying else { return self.wait(command) }
            self.verify(token)
        case .subscribe, .unsubscribe:
            if self.isVerifying { return self.wait(command) }
            guard self.caller != nil else { return self.end(.unauthenticated(.tokenComesFirst)) }
            self.perform(command)
        }
    }

    func closed() {
        self.hasEnded = true
        self.tokenTimer?.cancel()
        for task in self.subscriptions.values { task.cancel() }
        self.subscriptions = [:]
        self.waiting = []
        self.streams.closed(self.number)
    }

    /// Says why, and closes.
    func end(_ ending: SyncEnding) {
        guard !self.hasEnded else { return }
        self.hasEnded = true
        self.connection.send(ending.message(in: self.language))
        self.connection.close(ending.closeCode, ending.code)
    }

    private func wait(_ command: SyncCommand) {
        guard self.waiting.count < Self.maximumWaiting else { return self.end(.misuse(.tooManyMessages)) }
        self.waiting.append(command)
    }

    private func perform(_ command: SyncCommand) {
        switch command {
        case .token(let token): self.verify(token)
        case .subscribe(let id, let start): self.subscribe(id, start)
        case .unsubscribe(let id): self.subscriptions.removeValue(forKey: id)?.cancel()
        }
    }

    // MARK: Who it is

    private func verify(_ token: String) {
        self.isVerifying = true
        let session = NIOLoopBound(self, eventLoop: self.connection.eventLoop)
        let (streams, choice) = (self.streams, self.choice)
        Task {
            do throws(FilmsError) {
                let caller = try await streams.verifier.caller(of: token)
                // Before anything is said to this person. Not when the stream ends: then the database may be away, or all streams end at once.
                let language = await choice(caller.accountID)
                session.eventLoop.execute { session.value.verified(caller, token, language) }
            } catch {
                session.eventLoop.execute { session.value.end(.refused(error)) }
            }
        }
    }

    private func verified(_ caller: Caller, _ token: String, _ language: Language?) {
        self.isVerifying = false
        guard !self.hasEnded else { return }
        if let present = self.caller, present.accountID != caller.accountID {
            return self.end(.misuse(.tokenOfAnother))
        }
        self.caller = caller
        if let language { self.language = language }
        self.tokenTimer?.cancel()
        self.streams.verified(self.number, caller.sessionID, token)
        while !self.waiting.isEmpty, !self.isVerifying, !self.hasEnded { self.perform(self.waiting.removeFirst()) }
    }

    // MARK: Subscriptions

    private func subscribe(_ id: String, _ start: SyncCommand.Start?) {
        guard let caller = self.caller else { return }
        guard self.subscriptions[id] == nil, self.subscriptions.count < self.streams.limits.maximumSubscriptions else {
            return self.end(.misuse(.subscriptionRefused))
        }
        let session = NIOLoopBound(self, eventLoop: self.connection.eventLoop)
        let pump = SyncPump(
            id: id,
            accountID: caller.accountID,
            connection: self.connection,
            hub: self.streams.hub
        ) { ending in
            session.eventLoop.execute { session.value.end(ending) }
        }
        self.subscriptions[id] = Task { await pump.run(from: start) }
    }
}
