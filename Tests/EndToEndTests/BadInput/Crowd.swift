import Dispatch
import Glibc
import MediaTesting
import Synchronization

/// Many connections of clients that hardly do anything. Sockets that never wait, looked at one after the other.
final class Crowd: Sendable {
    private let members = Mutex<[Int32]>([])
    private let queue = DispatchQueue(label: "mediad.test.crowd")

    deinit { for member in self.members.withLock({ $0 }) { Glibc.close(member) } }

    /// Lets this process have as many open files as the system allows.
    /// - Returns: how many that are.
    static func raiseDescriptorLimit() -> Int {
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        var limit = rlimit()
        getrlimit(resource, &limit)
        limit.rlim_cur = limit.rlim_max
        setrlimit(resource, &limit)
        getrlimit(resource, &limit)
        return Int(clamping: limit.rlim_cur)
    }

    /// Connects `count` more.
    ///
    /// - Parameters:
    ///   - address: IPv4 address of this machine that they come from.
    ///   - receiveBufferBytes: SO_RCVBUF, for those that do not read.
    func connect(
        _ count: Int,
        to daemon: DaemonProcess,
        from address: String = "127.0.0.1",
        receiveBufferBytes: Int32? = nil
    ) async throws {
        let port = daemon.port
        try await self.perform { crowd in
            for _ in 0..<count {
                let member = try Self.open(port, from: address, receiveBufferBytes)
                crowd.members.withLock { $0.append(member) }
            }
        }
    }

    /// Sends this on each connection, as far as it takes it.
    func send(_ text: String) async throws {
        let bytes = Array(text.utf8)
        try await self.perform { crowd in
            for member in crowd.members.withLock({ $0 }) {
                _ = bytes.withUnsafeBytes {
                    Glibc.send(member, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
                }
            }
        }
    }

    /// How many of the connections the server has closed. Nothing is read of them.
    func countClosed() async throws -> Int {
        try await self.perform { crowd in crowd.members.withLock { $0.filter(Self.isClosed).count } }
    }

    /// POLLRDHUP of poll(2), which Swift does not import. That the connection was reset is told without being asked for.
    private static let peerClosed: Int16 = 0x2000

    private static func isClosed(_ member: Int32) -> Bool {
        var question = pollfd(fd: member, events: Self.peerClosed, revents: 0)
        return poll(&question, 1, 0) > 0
    }

    private static func open(_ port: Int, from source: String, _ receiveBufferBytes: Int32?) throws -> Int32 {
        let member = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard member >= 0 else { throw HTTPProbeError.noConnection("no socket: \(errno)") }
        if var receiveBufferBytes { setsockopt(member, SOL_SOCKET, SO_RCVBUF, &receiveBufferBytes, 4) }
        guard Self.call(Glibc.bind, member, source, 0) == 0, Self.call(Glibc.connect, member, "127.0.0.1", port) == 0
        else {
            let code = errno
            Glibc.close(member)
            throw HTTPProbeError.noConnection("\(code)")
        }
        return member
    }

    private static func call(
        _ function: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Int32,
        _ member: Int32,
        _ host: String,
        _ port: Int
    ) -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr(host)
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                function(member, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    private func perform<Result: Sendable>(
        _ body: @escaping @Sendable (Crowd) throws -> Result
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            self.queue.async { continuation.resume(with: Swift.Result { try body(self) }) }
        }
    }
}
