package import MediaCore
import Synchronization

/// An event on its way to many: it is put into JSON once for all of them, when the first one needs it.
package final class FeedItem: Sendable {
    package let event: FeedEvent
    private let encode: @Sendable (FeedEvent) -> [UInt8]
    private let encoded = Mutex<[UInt8]?>(nil)
    private let framed = Mutex<(any Sendable)?>(nil)

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

    /// The event as one kind of stream frames it, made once for all streams of that kind. Another kind makes its own each time.
    package func frame<Frame: Sendable>(_ make: () -> Frame) -> Frame {
        self.framed.withLock { framed in
            if let kept = framed as? Frame { return kept }
            let made = make()
            if framed == nil { framed = made }
            return made
        }
    }
}
