import Access
import HTTPServing
import MediaCore
import MediaEngine
import NIOCore
import Synchronization

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

    init(connection: WebSocketConnection, events: EventUseCases, principal: Principal) {
        self.connection = connection
        self.events = events
        self.authority = ReplaceableAuthority(events.gate.authority(of: principal))
    }

    func received(_ text: String) {
        do throws(EventSocketCommand.Refusal) {
            switch try EventSocketCommand(text) {
            case .subscribe(let id, let start, let filter): self.subscribe(id, start, filter)
            case .unsubscribe(let id): self.unsubscribe(id)
            case .token(let token): self.take(token)
            }
        } catch {
            self.refuse(.invalidRequest, error.detail, id: error.id)
        }
    }

    func closed() {
        self.hasEnded = true
        for sink in self.sinks.values { sink.stop() }
        self.sinks = [:]
    }

    private func refuse(_ code: MediaError.Code, _ detail: String, id: String?) {
        self.connection.send(EventSocketMessages.error(code.rawValue, detail, id: id))
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

    private func subscribe(_ id: String, _ start: FeedHub.Start, _ filter: FeedFilter) {
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
        let sink = EventSocketSink(id: id, connection: connection) { reason in
            connection.eventLoop.execute { session.value.ended(id, reason) }
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
                connection.eventLoop.execute { session.value.subscribed(id, sink, subscription) }
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
    }

    private func unsubscribe(_ id: String) { self.sinks.removeValue(forKey: id)?.stop() }

    private func ended(_ id: String, _ reason: FeedEnd) {
        self.sinks[id] = nil
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
        let session = NIOLoopBound(self, eventLoop: self.connection.eventLoop)
        let (connection, gate, authority) = (self.connection, self.events.gate, self.authority)
        Task {
            do throws(MediaError) {
                let principal = try await gate.principal(ofToken: token)
                authority.replace(gate.authority(of: principal))
                connection.eventLoop.execute { session.value.pending -= 1 }
            } catch {
                // The one before goes on to its own end.
                connection.eventLoop.execute {
                    session.value.pending -= 1
                    session.value.refuse(error.code, error.message, id: nil)
                }
            }
        }
    }
}

/// An authority that another one can take the place of.
final class ReplaceableAuthority: EventAuthority {
    private let present: Mutex<any EventAuthority>

    init(_ first: any EventAuthority) { self.present = Mutex(first) }

    func replace(_ next: any EventAuthority) { self.present.withLock { $0 = next } }

    private var current: any EventAuthority { self.present.withLock { $0 } }

    func mayHear(_ event: FeedEvent) -> Bool { self.current.mayHear(event) }
    func state() async -> EventAccess { await self.current.state() }
    var canEnd: Bool { self.current.canEnd }
}
