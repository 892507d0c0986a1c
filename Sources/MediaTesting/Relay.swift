import Dispatch
import Glibc
import Synchronization

/// A TCP relay in front of a daemon, to play a bad network with: it holds the client's bytes back, cuts connections, loses requests and
/// responses, and leads to another daemon.
package final class Relay: Sendable {
    /// TCP port at 127.0.0.1 for clients.
    package let port: Int
    private let listener: Int32
    private let state: Mutex<State>

    private struct State {
        var target: Int
        /// Bytes of clients that may still be handed on; nil: all.
        var allowance: Int?
        var passed = 0
        /// Descriptors of connections under way.
        var open: Set<Int32> = []
        /// Nobody gets through.
        var isDown = false
        /// Requests that begin so never arrive.
        var refused: String?
        /// The next request that begins so arrives, and its response does not.
        var losing: String?
        var lost = 0
        /// Descriptors of servers whose next response is lost.
        var doomed: Set<Int32> = []
    }

    /// Clients of ``port`` get to a port of this machine.
    /// - Throws: ``RelayFailure``.
    package init(to target: Int) throws {
        (listener, port) = try LoopbackSocket.listen(backlog: 16)
        state = Mutex(State(target: target))
        DispatchQueue(label: "mediad.test.relay").async { self.accept() }
    }

    /// No connections and no new ones any more.
    package func close() {
        pass()
        shutdown(listener, Int32(SHUT_RDWR))
        cut()
    }

    /// Bytes of clients that were handed on.
    package var passed: Int { state.withLock { $0.passed } }

    /// From now on only so many bytes of clients are handed on; the rest waits.
    package func stall(after bytes: Int) { state.withLock { $0.allowance = bytes } }

    /// Hands on everything, also what waited.
    package func pass() { state.withLock { $0.allowance = nil } }

    /// Ends every connection. What was handed on arrives; what waited is lost.
    package func cut() {
        state.withLock { state in
            for descriptor in state.open { shutdown(descriptor, Int32(SHUT_RDWR)) }
        }
    }

    /// The network is away: every connection ends, and new ones end at once, until it is back.
    package func goDown() {
        state.withLock { $0.isDown = true }
        cut()
    }

    /// The network is back.
    package func comeBack() { state.withLock { $0.isDown = false } }

    /// Ends connections whose request begins so, such as `GET /api/sync`, before it arrives; nil: none.
    package func refuse(_ beginning: String?) { state.withLock { $0.refused = beginning } }

    /// The next request that begins so arrives, and its connection ends instead of the response.
    package func loseResponse(to beginning: String) { state.withLock { $0.losing = beginning } }

    /// How many responses were lost.
    package var lost: Int { state.withLock { $0.lost } }

    /// New connections lead to this port.
    package func lead(to target: Int) { state.withLock { $0.target = target } }

    private func accept() {
        while true {
            let client = Glibc.accept(listener, nil, nil)
            guard client >= 0 else { break }
            guard state.withLock({ !$0.isDown }) else {
                Glibc.close(client)
                continue
            }
            guard let server = LoopbackSocket.connect(to: state.withLock { $0.target }) else {
                Glibc.close(client)
                continue
            }
            state.withLock { $0.open.formUnion([client, server]) }
            let ends = DispatchGroup()
            DispatchQueue(label: "mediad.test.relay.up").async(group: ends) {
                self.pump(client, server, isCounted: true)
            }
            DispatchQueue(label: "mediad.test.relay.down").async(group: ends) {
                self.pump(server, client, isCounted: false)
            }
            // Closed when neither direction uses them any more, and under the lock: the numbers may be used again at once.
            ends.notify(queue: .global()) {
                self.state.withLock { state in
                    state.open.subtract([client, server])
                    state.doomed.remove(server)
                    Glibc.close(client)
                    Glibc.close(server)
                }
            }
        }
        Glibc.close(listener)
    }

    private func pump(_ from: Int32, _ to: Int32, isCounted: Bool) {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        let gate = DispatchSemaphore(value: 0)
        copying: while true {
            let count = buffer.withUnsafeMutableBytes { recv(from, $0.baseAddress, $0.count, 0) }
            guard count > 0 else { break }
            guard isCounted ? mayArrive(buffer[..<count], at: to) : mayReturn(from: from) else { break }
            var sent = 0
            while sent < count {
                let room = isCounted ? take(count - sent, from) : count - sent
                guard let room else { break copying }
                // Nobody signals it: a look again in a moment.
                guard room > 0 else {
                    _ = gate.wait(timeout: .now() + .milliseconds(10))
                    continue
                }
                let range = sent..<sent + room
                let written = buffer[range].withUnsafeBytes { send(to, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
                guard written == room else { break copying }
                sent += room
            }
        }
        for descriptor in [from, to] { shutdown(descriptor, Int32(SHUT_RDWR)) }
    }

    /// A request without a body that is sent ahead begins where bytes begin.
    private func mayArrive(_ bytes: ArraySlice<UInt8>, at server: Int32) -> Bool {
        state.withLock { state in
            if let refused = state.refused, bytes.starts(with: refused.utf8) { return false }
            if let losing = state.losing, bytes.starts(with: losing.utf8) {
                state.losing = nil
                state.doomed.insert(server)
            }
            return !state.isDown
        }
    }

    private func mayReturn(from server: Int32) -> Bool {
        state.withLock { state in
            guard state.doomed.remove(server) != nil else { return !state.isDown }
            state.lost += 1
            return false
        }
    }

    /// How many of these bytes may be handed on now; nil when the connection was cut while they waited.
    private func take(_ count: Int, _ client: Int32) -> Int? {
        state.withLock { state in
            let allowed = min(count, state.allowance ?? count)
            state.allowance = state.allowance.map { $0 - allowed }
            state.passed += allowed
            var byte: UInt8 = 0
            if allowed == 0, recv(client, &byte, 1, Int32(MSG_PEEK | MSG_DONTWAIT)) == 0 { return nil }
            return allowed
        }
    }
}
