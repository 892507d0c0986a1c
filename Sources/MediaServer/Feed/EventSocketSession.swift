import Access
import HTTPServing
import MediaCore
import MediaEngine
import NIOCore

/// One client on `/api/events/ws`: its subscriptions, and who it is. Lives on the connection's event loop.
final class EventSocketSession: WebSocketApplication {
    /// Subscriptions of a connection, those included that are just being made.
    static let maximumSubscriptions = 16

    private let connection: WebSocketConnection
    private let events: EventUseCases
    private let authority: ReplaceableAuthority
    private var sinks: [String: EventSocketSink] = [:]
    /// What is looked up for the client at the moment.
    private var pending = 0
    private var hasEnded = false
    /// Has the rights looked after while there is no subscription; nil once the hub has let the connection go.
    private var attendance: FeedAttendance?
    /// Why the connection ends with its last subscription.
    private var pendingEnd: FeedEnd?
    /// Tokens that came, and the newest of those that count: an older one whose look-up takes longer does not replace it.
    private var tokens = (came: 0, counts: 0)

    init(connection: WebSocketConnection, events: EventUseCases, principal: Principal) {
        self.connection = connection
        self.events = events
        self.authority = ReplaceableAuthority(events.gate.authority(of: principal))
        self.attend()
    }

    /// Has the hub say when the rights end, or the service, also while there is no subscription that would hear of it.
    private func attend() {
        let session = NIOLoopBound(self, eventLoop: self.connection.eventLoop)
        let eventLoop = self.connection.eventLoop
        let guest = EventSocketGuest { reason in eventLoop.execute { session.value.dismissed(reason) } }
        self.attendance = self.events.hub.attend(guest, self.authority)
        if self.attendance == nil { self.dismissed(.shuttingDown(retry: .seconds(1))) }
    }

    /// The hub has let the connection go. Subscriptions are let go one by one, each with its cursor.
    private func dismissed(_ reason: FeedEnd) {
        guard !self.hasEnded else { return }
        self.attendance = nil
        self.pendingEnd = reason
        self.endIfIdle()
    }

    private func endIfIdle() {
        guard let reason = self.pendingEnd, self.sinks.isEmpty, !self.hasEnded else { return }
        self.connection.send(EventSocketMessages.ending(reason, of: nil, at: nil))
        self.close(reason)
    }

    func received(_ text: String) {
        do throws(EventSocketCommand.Refusal) {
            switch try EventSocketCommand(text) {
            case .subscribe(let id, let start, let filter, let hasProgress):
                self.subscribe(id, start, filter, hasProgress)
            case .unsubscribe(let id): self.unsubscribe(id)
            case .token(let token): self.take(token)
            }
        } catch {
            self.refuse(.invalidRequest, error.detail, id: error.id)
        }
    }

    func closed() {
        self.hasEnded = true
        self.attendance?.cancel()
        for sink in self.sinks.values { sink.stop() }
        self.sinks = [:]
    }

    private func refuse(_ code: MediaError.Code, _ detail: String, id: String?) {
        self.connection.send(EventSocketMessages.error(code, detail, id: id))
    }

    /// Whether one more thing may be looked up; a client that asks faster than that is let go.
    private func mayLookUp() -> Bool {
        guard self.pending < Self.maximumSubscriptions else {
            self.connection.close(.policyViolation, "Too many messages at once.")
            return false
        }
        self.pending += 1
        return true
    }

    // MARK: Subscriptions

    private func subscribe(_ id: String, _ start: FeedHub.Start, _ filter: FeedFilter, _ hasProgress: Bool) {
        guard self.sinks[id] == nil else {
            return self.refuse(.invalidRequest, "There is a subscription with this id already.", id: id)
        }
        guard self.sinks.count < Self.maximumSubscriptions else {
            let detail = "A connection has \(Self.maximumSubscriptions) subscriptions at most."
            return self.refuse(.busy, detail, id: id)
        }
        guard self.mayLookUp() else { return }
        let session = NIOLoopBound(self, eventLoop: self.connection.eventLoop)
        let (connection, events, authority) = (self.connection, self.events, self.authority)
        let sink = EventSocketSink(id: id, connection: connection) { sink, reason in
            connection.eventLoop.execute { session.value.ended(id, sink, reason) }
        }
        self.sinks[id] = sink
        Task {
            do throws(MediaError) {
                let subscription = try await events.hub.subscribe(
                    from: start,
                    filter: filter,
                    authority: authority,
                    sink: sink
                )
                let topic = hasProgress ? events.progress : nil
                connection.eventLoop.execute {
                    session.value.subscribed(id, sink, subscription)
                    sink.listen(to: topic, filter, authority)
                }
            } catch {
                let bounds = error.code == .cursorExpired ? try? await events.hub.bounds() : nil
                connection.eventLoop.execute { session.value.failed(id, sink, error, bounds) }
            }
        }
    }

    private func subscribed(_ id: String, _ sink: EventSocketSink, _ subscription: FeedSubscription) {
        self.pending -= 1
        // The client may have gone, or changed its mind.
        guard !self.hasEnded, self.sinks[id] === sink else { return subscription.cancel() }
        sink.begin(subscription)
    }

    private func failed(_ id: String, _ sink: EventSocketSink, _ error: MediaError, _ bounds: FeedBounds?) {
        self.pending -= 1
        guard self.sinks[id] === sink else { return }
        self.sinks[id] = nil
        if let bounds {
            self.connection.send(EventSocketMessages.resync(id, bounds))
        } else {
            self.refuse(error.code, error.message, id: id)
        }
        self.endIfIdle()
    }

    private func unsubscribe(_ id: String) {
        self.sinks.removeValue(forKey: id)?.stop()
        self.endIfIdle()
    }

    private func ended(_ id: String, _ sink: EventSocketSink, _ reason: FeedEnd) {
        // There may be another one of this name by now.
        guard self.sinks[id] === sink else { return }
        self.sinks[id] = nil
        self.close(reason)
        self.endIfIdle()
    }

    private func close(_ reason: FeedEnd) {
        switch reason {
        // The client may subscribe anew.
        case .expired: break
        case .accessLost, .tokenExpired: self.connection.close(.policyViolation, reason.code)
        case .lost, .slow: self.connection.close(.tryAgainLater, reason.code)
        case .shuttingDown: self.connection.close(.goingAway, reason.code)
        }
    }

    // MARK: A new token

    private func take(_ token: String) {
        guard self.mayLookUp() else { return }
        self.tokens.came += 1
        let turn = self.tokens.came
        let session = NIOLoopBound(self, eventLoop: self.connection.eventLoop)
        let (connection, gate) = (self.connection, self.events.gate)
        Task {
            let outcome: Result<any EventAuthority, MediaError>
            do throws(MediaError) {
                outcome = .success(gate.authority(of: try await gate.principal(ofToken: token)))
            } catch {
                outcome = .failure(error)
            }
            connection.eventLoop.execute { session.value.taken(outcome, turn) }
        }
    }

    private func taken(_ outcome: Result<any EventAuthority, MediaError>, _ turn: Int) {
        self.pending -= 1
        switch outcome {
        case .success(let authority):
            guard turn > self.tokens.counts else { return }
            self.tokens.counts = turn
            self.authority.replace(authority)
        case .failure(let error):
            // The one before goes on to its own end.
            self.refuse(error.code, error.message, id: nil)
        }
    }
}

/// A connection's place in the hub while it has no subscription.
private struct EventSocketGuest: FeedSink {
    let onEnd: @Sendable (FeedEnd) -> Void

    func deliver(_ items: [FeedItem], upTo cursor: FeedCursor) {}
    func end(_ reason: FeedEnd) { self.onEnd(reason) }
}
