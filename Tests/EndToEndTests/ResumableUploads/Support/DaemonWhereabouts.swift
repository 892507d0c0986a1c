import MediaTesting
import Synchronization
import Testing

/// Where the daemon is just now. Clients wait here while it is being restarted, which changes its port.
final class DaemonWhereabouts: Sendable {
    private let current = Mutex<DaemonProcess?>(nil)

    func set(_ daemon: DaemonProcess?) { current.withLock { $0 = daemon } }

    /// The daemon that is up, or the next one.
    func daemon() async throws -> DaemonProcess {
        var found: DaemonProcess?
        let isThere = try await eventually(within: .seconds(90)) {
            found = current.withLock { $0 }
            return found != nil
        }
        try #require(isThere, "the daemon did not come back")
        return try #require(found)
    }
}
