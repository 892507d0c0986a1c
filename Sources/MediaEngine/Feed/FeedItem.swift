package import MediaCore
import Synchronization

/// An event on its way to many: it is put into JSON once for all of them, when the first one needs it.
package final class FeedItem: Sendable {
    package let event: FeedEvent
    private let encode: @Sendable (FeedEvent) -> [UInt8]
    private let encoded = Mutex<[UInt8]?>(nil)
    private let framed = Mutex<(any Sendable)?>(nil)
    /// Of a file that went to another place: as who may hear of the one place only is told.
    private let views: (arrival: FeedItem, departure: FeedItem)?

    /// - Parameter encode: the event as clients get it.
    package init(_ event: FeedEvent, encode: @escaping @Sendable (FeedEvent) -> [UInt8]) {
        self.event = event
        self.encode = encode
        self.views = event.move.map { (FeedItem($0.arrival, encode: encode), FeedItem($0.departure, encode: encode)) }
    }

    /// What a reader is given of it; nil where it may not hear of it, or does not want to.
    ///
    /// Who may hear only of the place that a file left is told that it was deleted there, and who may hear only of the new one is not told
    /// where it came from: each would else hear of what is not for its ears.
    func heard(by authority: any EventAuthority, _ filter: FeedFilter) -> FeedItem? {
        guard filter.matches(self.event) else { return nil }
        guard let views = self.views else { return authority.mayHear(self.event) ? self : nil }
        let view: FeedItem
        switch (authority.mayHear(views.arrival.event), authority.mayHear(views.departure.event)) {
        case (true, true): return self
        case (true, false): view = views.arrival
        case (false, true): view = views.departure
        case (false, false): return nil
        }
        return filter.matches(view.event) ? view : nil
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
