import Glibc
package import HTTPSemantics
package import NIOPosix
import Synchronization

/// Finds the addresses of a host's name. Returns none where there are none.
package protocol HostResolver: Sendable {
    /// Cancelling the task ends the wait, not necessarily the work.
    func addresses(of host: String) async -> [IPAddress]
}

/// The resolver of the system: `/etc/hosts`, DNS and what else it is configured for (POSIX getaddrinfo).
///
/// It blocks, for many seconds where a name server is silent. So it runs on threads of its own, which uploads and downloads do not use, and
/// only so many names wait for it at a time.
package final class SystemResolver: HostResolver {
    private let pool: NIOThreadPool
    private let pending = Mutex(0)

    /// Names that wait or are looked up; more are found to have no address.
    private static let maximumPending = 64
    /// Addresses of one name that are looked at.
    private static let maximumAddresses = 16

    /// - Parameter pool: started; used for nothing else.
    package init(pool: NIOThreadPool) { self.pool = pool }

    package func addresses(of host: String) async -> [IPAddress] {
        let mayWait = self.pending.withLock { pending in
            guard pending < Self.maximumPending else { return false }
            pending += 1
            return true
        }
        guard mayWait else { return [] }
        // A look-up cannot be ended: who is cancelled leaves it to its thread.
        return await withTaskCancellation { finish in
            self.pool.submit { state in
                finish(state == .active ? Self.lookUp(host) : [])
                self.pending.withLock { $0 -= 1 }
            }
        }
    }

    private func withTaskCancellation(
        _ begin: (@escaping @Sendable ([IPAddress]) -> Void) -> Void
    ) async -> [IPAddress] {
        let (stream, continuation) = AsyncStream.makeStream(of: [IPAddress].self, bufferingPolicy: .bufferingOldest(1))
        begin { addresses in
            continuation.yield(addresses)
            continuation.finish()
        }
        // The iteration ends when the task is cancelled.
        for await addresses in stream { return addresses }
        return []
    }

    private static func lookUp(_ host: String) -> [IPAddress] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var first: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, nil, &hints, &first) == 0 else { return [] }
        defer { freeaddrinfo(first) }
        var addresses: [IPAddress] = []
        var next = first
        while let entry = next, addresses.count < Self.maximumAddresses {
            if let address = Self.address(entry.pointee), !addresses.contains(address) { addresses.append(address) }
            next = entry.pointee.ai_next
        }
        return addresses
    }

    private static func address(_ entry: addrinfo) -> IPAddress? {
        var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        let length = socklen_t(text.count)
        guard getnameinfo(entry.ai_addr, entry.ai_addrlen, &text, length, nil, 0, NI_NUMERICHOST) == 0 else {
            return nil
        }
        return IPAddress(String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }
}
