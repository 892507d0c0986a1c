import Dispatch
import Glibc
import Synchronization

/// One connection to a server, byte by byte: sends exactly what a test says, and reads answers strictly.
///
/// Blocking sockets on a thread of its own; every wait is bounded by `patience`. One caller at a time.
package final class HTTPProbe: Sendable {
    private let descriptor: Int32
    private let queue = DispatchQueue(label: "mediad.test.http")
    /// Received and not yet taken.
    private let received = Mutex<[UInt8]>([])
    private let host: String

    private init(descriptor: Int32, host: String) {
        self.descriptor = descriptor
        self.host = host
    }

    deinit { Glibc.close(descriptor) }

    /// Connects to a port of this machine.
    ///
    /// - Parameters:
    ///   - port: TCP port at 127.0.0.1.
    ///   - patience: the longest silence before an operation fails.
    ///   - receiveBufferBytes: SO_RCVBUF, for tests in which the client does not read.
    package static func connect(
        port: Int,
        patience: Duration = .seconds(30),
        receiveBufferBytes: Int32? = nil
    ) async throws -> HTTPProbe {
        let descriptor = try await withCheckedThrowingContinuation {
            (continuation: CheckedContinuation<Int32, any Error>) in
            DispatchQueue(label: "mediad.test.connect").async {
                continuation.resume(with: Result { try HTTPProbe.open(port, patience, receiveBufferBytes) })
            }
        }
        return HTTPProbe(descriptor: descriptor, host: "127.0.0.1:\(port)")
    }

    /// Sends raw bytes. A peer that closed its side shows as `closed`.
    package func send(_ bytes: [UInt8]) async throws {
        try await perform { probe in
            var sent = 0
            while sent < bytes.count {
                let count = bytes[sent...].withUnsafeBytes {
                    Glibc.send(probe.descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                guard count > 0 else { throw probe.failure("send") }
                sent += count
            }
        }
    }

    /// Sends text.
    package func send(_ text: String) async throws { try await send(Array(text.utf8)) }

    /// Sends a request head and, when given, its content with a Content-Length.
    package func send(
        _ method: String,
        _ target: String,
        _ fields: [(String, String)] = [],
        body: [UInt8]? = nil
    ) async throws {
        var fields = fields
        if !fields.contains(where: { $0.0.lowercased() == "host" }) { fields.insert(("Host", host), at: 0) }
        if let body { fields.append(("Content-Length", "\(body.count)")) }
        let head = "\(method) \(target) HTTP/1.1\r\n" + fields.map { "\($0): \($1)\r\n" }.joined() + "\r\n"
        try await send(Array(head.utf8) + (body ?? []))
    }

    /// Sends a request head that announces `length` bytes, and the first of them in the same write: the server sees
    /// no pause between the two, however busy this process is.
    package func send(
        _ method: String,
        _ target: String,
        _ fields: [(String, String)],
        beginning: some Collection<UInt8>,
        of length: Int
    ) async throws {
        let lines = ([("Host", host)] + fields + [("Content-Length", "\(length)")]).map { "\($0): \($1)\r\n" }
        try await send(Array("\(method) \(target) HTTP/1.1\r\n\(lines.joined())\r\n".utf8) + beginning)
    }

    /// Sends a request and reads the answer to it.
    package func request(
        _ method: String,
        _ target: String,
        _ fields: [(String, String)] = [],
        body: [UInt8]? = nil
    ) async throws -> ProbeResponse {
        try await send(method, target, fields, body: body)
        return try await receive(to: method)
    }

    /// Tells the server that nothing more comes; answers can still be read.
    package func finishSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Breaks the connection with a reset, as a phone that loses its network does.
    package func reset() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout.size(ofValue: linger)))
        shutdown(descriptor, Int32(SHUT_RDWR))
    }

    // MARK: Receiving

    /// At most `limit` received bytes, at least one; empty at the end of the connection.
    package func take(atMost limit: Int) async throws -> [UInt8] {
        try await perform { probe in
            if probe.received.withLock({ $0.isEmpty }) { try probe.fill() }
            return probe.received.withLock { buffer in
                let taken = Array(buffer.prefix(limit))
                buffer.removeFirst(taken.count)
                return taken
            }
        }
    }

    /// Exactly `count` bytes.
    package func take(exactly count: Int) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count)
        while bytes.count < count {
            let more = try await take(atMost: count - bytes.count)
            guard !more.isEmpty else {
                throw HTTPProbeError.closed("\(count - bytes.count) of \(count) bytes are missing")
            }
            bytes += more
        }
        return bytes
    }

    /// The bytes up to and without `delimiter`, which is taken too.
    package func take(through delimiter: String, atMost limit: Int = 65536) async throws -> [UInt8] {
        let delimiter = Array(delimiter.utf8)
        return try await perform { probe in
            while true {
                let found = probe.received.withLock { buffer -> [UInt8]? in
                    guard let end = firstIndex(of: delimiter, in: buffer) else { return nil }
                    let head = Array(buffer[..<end])
                    buffer.removeFirst(end + delimiter.count)
                    return head
                }
                if let found { return found }
                guard probe.received.withLock({ $0.count }) <= limit else {
                    throw HTTPProbeError.malformed("head too long")
                }
                guard try probe.fill() else { throw HTTPProbeError.closed("before the end of a head or line") }
            }
        }
    }

    // MARK: On the queue

    private func perform<Result: Sendable>(
        _ body: @escaping @Sendable (HTTPProbe) throws -> Result
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Swift.Result { try body(self) }) }
        }
    }

    /// Receives once; false at the end of the connection.
    @discardableResult
    private func fill() throws -> Bool {
        var chunk = [UInt8](repeating: 0, count: 65536)
        let count = recv(descriptor, &chunk, chunk.count, 0)
        guard count >= 0 else { throw failure("receive") }
        received.withLock { $0 += chunk[..<count] }
        return count > 0
    }

    private func failure(_ operation: String) -> HTTPProbeError {
        let code = errno
        let reason = "\(operation): \(String(cString: strerror(code)))"
        return code == EAGAIN || code == EWOULDBLOCK ? .timeout(reason) : .closed(reason)
    }
}

/// Where `pattern` begins in `bytes`.
private func firstIndex(of pattern: [UInt8], in bytes: [UInt8]) -> Int? {
    guard bytes.count >= pattern.count else { return nil }
    return (0...(bytes.count - pattern.count)).first { start in
        bytes[start..<start + pattern.count].elementsEqual(pattern)
    }
}
