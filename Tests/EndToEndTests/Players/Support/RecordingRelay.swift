import Dispatch
import Glibc
import MediaTesting
import Synchronization

/// A TCP relay between players and a daemon that keeps what was asked and answered, and counts what a player really got.
///
/// Its own buffers are small, so that hardly more leaves the daemon than the player wants.
final class RecordingRelay: Sendable {
    /// TCP port at 127.0.0.1 for players.
    let port: Int
    private let listener: Int32
    private let target: Int
    private let conversations = Mutex<[Conversation]>([])

    init(to target: Int) throws {
        (listener, port) = try LoopbackSocket.listen(backlog: 64)
        self.target = target
        DispatchQueue(label: "mediad.test.recording").async { self.accept() }
    }

    /// No new connections any more.
    func close() { shutdown(listener, Int32(SHUT_RDWR)) }

    /// What was asked so far, connection by connection.
    var transfers: [Transfer] { conversations.withLock { $0.flatMap(\.transfers) } }

    /// Bytes of content that players got so far.
    var contentBytes: Int { transfers.map(\.contentBytes).reduce(0, +) }

    /// Forgets what was asked so far; for connections that have ended.
    func forget() { conversations.withLock { $0 = $0.map { _ in Conversation() } } }

    private func accept() {
        while true {
            let client = Glibc.accept(listener, nil, nil)
            guard client >= 0 else { break }
            guard let server = LoopbackSocket.connect(to: target) else {
                Glibc.close(client)
                continue
            }
            Self.limitBuffers(of: [client, server])
            let number = conversations.withLock { conversations in
                conversations.append(Conversation())
                return conversations.count - 1
            }
            let ends = DispatchGroup()
            DispatchQueue(label: "mediad.test.recording.up").async(group: ends) {
                self.pump(client, server) { bytes in self.conversations.withLock { $0[number].asked(bytes) } }
            }
            DispatchQueue(label: "mediad.test.recording.down").async(group: ends) {
                self.pump(server, client) { bytes in self.conversations.withLock { $0[number].answered(bytes) } }
            }
            // When neither direction uses them any more: the numbers may be used again at once.
            ends.notify(queue: .global()) {
                Glibc.close(client)
                Glibc.close(server)
            }
        }
        Glibc.close(listener)
    }

    private func pump(_ from: Int32, _ to: Int32, _ note: (ArraySlice<UInt8>) -> Void) {
        var buffer = [UInt8](repeating: 0, count: 32 << 10)
        copying: while true {
            let count = buffer.withUnsafeMutableBytes { recv(from, $0.baseAddress, $0.count, 0) }
            guard count > 0 else { break }
            // Before it is handed on: who sees the answer finds the request noted.
            note(buffer[..<count])
            var sent = 0
            while sent < count {
                let more = buffer[sent..<count].withUnsafeBytes {
                    send(to, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                guard more > 0 else { break copying }
                sent += more
            }
        }
        for descriptor in [from, to] { shutdown(descriptor, Int32(SHUT_RDWR)) }
    }

    private static func limitBuffers(of descriptors: [Int32]) {
        var length: Int32 = 64 << 10
        for descriptor in descriptors {
            for option in [SO_SNDBUF, SO_RCVBUF] { setsockopt(descriptor, SOL_SOCKET, option, &length, 4) }
        }
    }
}
