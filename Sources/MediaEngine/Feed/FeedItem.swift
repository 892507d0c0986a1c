package import MediaCore
import Synchronization

/// An event on its way to many: it is put into JSON once for all of them, when the first one needs it.
package final class FeedItem: Sendable {
    package let event: FeedEvent
    private let encode: @Sendable (FeedEvent) -> [UInt8]
    private let encoded = Mutex<[UInt8]?>(nil)

    /// - Parameter encode: the event as clients get it.
    package init(_ event: FeedEvent, encode: @escaping @Sendable (FeedEvent) -> [UInt8]) {
        self.event = event
        self.encode = encode
    }

    /// The event in JSON.
    package var json: [UInt8] {
        self.encoded.withLock { encoded in
            if let encoded { return encoded }
            let bytes = self.encode(self.event)
            encoded = bytes
            return bytes
        }
    }
}
