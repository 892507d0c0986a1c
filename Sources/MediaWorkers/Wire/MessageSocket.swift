import CLinux
import Glibc
import MediaCore
import SystemPackage

/// One end of a `SOCK_SEQPACKET` socket pair (unix(7)): whole messages, with descriptors beside them.
///
/// The object owns the descriptor. `send` and `receive` may be called by one thread at a time; `shutdown` by any thread,
/// also while another waits in `receive`: the descriptor stays open until the object goes.
final class MessageSocket: Sendable {
    /// Longer messages are neither sent nor received.
    static let maximumLengthBytes = 64 << 10

    let descriptor: Int32

    /// Takes over `descriptor`.
    init(owning descriptor: Int32) { self.descriptor = descriptor }

    deinit { Glibc.close(self.descriptor) }

    /// Both ends of a new pair, close-on-exec.
    static func pair() -> Result<(MessageSocket, Int32), FailedCall> {
        var ends: [Int32] = [-1, -1]
        guard clinux_message_socket_pair(&ends) == 0 else {
            return .failure(FailedCall(operation: "socketpair", error: Errno(rawValue: errno)))
        }
        return .success((MessageSocket(owning: ends[0]), ends[1]))
    }

    /// Sends one message; the descriptors are duplicated into it by the kernel.
    func send(_ bytes: [UInt8], descriptors: [Int32] = []) throws(FailedCall) {
        guard bytes.count <= Self.maximumLengthBytes else {
            throw FailedCall(operation: "sendmsg", error: .messageTooLong)
        }
        while true {
            let sent = clinux_send_message(self.descriptor, bytes, bytes.count, descriptors, Int32(descriptors.count))
            if sent == bytes.count { return }
            guard sent < 0, errno == EINTR else {
                throw FailedCall(operation: "sendmsg", error: Errno(rawValue: errno))
            }
        }
    }

    /// What `receive` found.
    enum Received {
        case message([UInt8], descriptors: [Int32])
        /// The peer is gone, or `shutdown` was called.
        case end
        /// The peer is gone and never read what was sent to it last.
        case endUnread
        /// Nothing came before the deadline.
        case timeout
        /// A message longer than the limit, or with descriptors that were not wanted.
        case oversized
    }

    /// Waits for one message; for ever without a deadline (then the end of the peer is what ends the wait).
    func receive(descriptors capacity: Int, deadline: ContinuousClock.Instant?) -> Received {
        while true {
            if let deadline {
                var entry = pollfd(fd: self.descriptor, events: Int16(POLLIN), revents: 0)
                let ready = poll(&entry, 1, (deadline - .now).pollMilliseconds)
                if ready == 0 { return .timeout }
                if ready < 0 {
                    guard errno == EINTR else { return .end }
                    continue
                }
            }
            if let received = self.receiveOnce(descriptors: capacity, waiting: deadline == nil) { return received }
        }
    }

    /// True when a message lies ready that nobody asked for.
    func hasUnreadMessage() -> Bool {
        var entry = pollfd(fd: self.descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&entry, 1, 0) > 0 && entry.revents & Int16(POLLIN) != 0 && entry.revents & Int16(POLLHUP) == 0
    }

    /// Ends both directions: the peer reads the end, and so does a thread that waits here.
    func shutdown() { _ = Glibc.shutdown(self.descriptor, Int32(SHUT_RDWR)) }

    /// Nil when the call was interrupted.
    private func receiveOnce(descriptors capacity: Int, waiting: Bool) -> Received? {
        var found = [Int32](repeating: -1, count: max(1, capacity))
        var foundCount: Int32 = 0
        var truncated: Int32 = 0
        var received = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: Self.maximumLengthBytes) { buffer, count in
            received = clinux_receive_message(
                self.descriptor,
                buffer.baseAddress,
                buffer.count,
                &found,
                Int32(capacity),
                &foundCount,
                &truncated,
                waiting ? 1 : 0
            )
            count = max(0, received)
        }
        if received < 0 {
            // A Unix socket is reset, rather than ended, when its peer closes with unread messages (unix_release_sock in the
            // kernel's af_unix.c).
            return errno == EINTR || errno == EAGAIN ? nil : errno == ECONNRESET ? .endUnread : .end
        }
        let descriptors = Array(found.prefix(Int(foundCount)))
        // A message of no bytes cannot be told from the end; nobody here sends one.
        if received == 0 || truncated != 0 {
            for descriptor in descriptors { Glibc.close(descriptor) }
            return received == 0 ? .end : .oversized
        }
        return .message(bytes, descriptors: descriptors)
    }
}
