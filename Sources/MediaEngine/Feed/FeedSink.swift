package import MediaCore

/// Somebody who is given events as they come: the client's end of a stream, of a subscription, of a request that waits.
///
/// After each ``deliver(_:upTo:)`` nothing more comes until ``FeedSubscription/ready()`` is called: so a client that reads slowly never
/// has more than one delivery in memory. No method may block.
package protocol FeedSink: Sendable {
    /// Events, in their order.
    ///
    /// - Parameters:
    ///   - items: none for a sign of life.
    ///   - cursor: behind everything that this reader has, or does not want.
    func deliver(_ items: [FeedItem], upTo cursor: FeedCursor)

    /// No more comes; the last cursor that was delivered is where the reader can go on. Called once, and not after
    /// ``FeedSubscription/cancel()``.
    func end(_ reason: FeedEnd)
}

/// Why a reader is let go.
package enum FeedEnd: Hashable, Sendable {
    /// Its cursor cannot be gone on from: too old, of another epoch, or beyond the head.
    case expired(FeedBounds)
    /// The feed cannot be read any more, so that nothing is promised.
    case lost
    /// It did not take what it was given.
    case slow
    /// The key was revoked, or the rights are gone.
    case accessLost
    /// The token is over.
    case tokenExpired
    /// The daemon goes away. The reader comes again after so long, so that not all come at once.
    case shuttingDown(retry: Duration)
}
