import NIOCore
import Synchronization

/// What the streams of a connection of HTTP/2 have to know of each other.
final class OpenStreams: Sendable {
    /// For a single stream: more brings nothing, as far as was measured.
    private static let mostBytes = 128 << 10
    /// A whole frame (RFC 9113 section 4.2).
    private static let leastBytes = 16 << 10
    /// What all streams of a connection together may have read of their files and not sent, as long as each has a frame.
    private static let totalBytes = 512 << 10

    private let count = Atomic<Int>(0)
    private let taken = Atomic<UInt64>(NIODeadline.now().uptimeNanoseconds)

    /// Changed only on the connection's event loop.
    var number: Int { self.count.load(ordering: .relaxed) }

    func opened() { self.count.add(1, ordering: .relaxed) }

    func closed() { self.count.subtract(1, ordering: .relaxed) }

    /// When the client last took something, of whichever stream.
    var lastTaken: NIODeadline { .uptimeNanoseconds(self.taken.load(ordering: .relaxed)) }

    func bytesTaken(at now: NIODeadline) { self.taken.store(now.uptimeNanoseconds, ordering: .relaxed) }

    /// What a stream reads of its file at a time, in bytes.
    var chunkLengthBytes: Int {
        min(max(Self.totalBytes / max(1, self.number), Self.leastBytes), Self.mostBytes)
    }
}
