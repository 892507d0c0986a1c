import Dispatch

#if canImport(Glibc)
import Glibc
#endif

/// Reports that a socket is readable or writable, until it is released.
///
/// It watches a duplicate of the descriptor: libpq may close its own at any moment (it tries several addresses, or notices
/// the end of the stream), while dispatch needs it open until the source's cancellation has been processed.
final class SocketWatch {
    enum Direction {
        case readable
        case writable
    }

    private let source: any DispatchSourceProtocol

    /// Nil when no descriptor is left in this process.
    init?(socket: Int32, _ direction: Direction, queue: DispatchQueue, handler: @escaping @Sendable () -> Void) {
        let descriptor = fcntl(socket, F_DUPFD_CLOEXEC, 0)
        guard descriptor >= 0 else { return nil }
        switch direction {
        case .readable: source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: queue)
        case .writable: source = DispatchSource.makeWriteSource(fileDescriptor: descriptor, queue: queue)
        }
        source.setEventHandler(handler: handler)
        source.setCancelHandler { close(descriptor) }
        source.activate()
    }

    deinit {
        source.cancel()
    }
}
