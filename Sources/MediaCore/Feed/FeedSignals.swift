package import Primitives

/// Says when the feed may have moved, so that its readers need not ask all the time.
///
/// A signal carries no meaning of its own: whoever reads the feed by its cursor after ``FeedSignal/connected``, after each
/// ``FeedSignal/moved(_:)`` and once a second misses nothing, and is a second late at most when every signal is lost.
///
/// In a daemon there is one for all readers, above the one connection that listens.
package protocol FeedSignals: Sendable {
    /// Listens until the stream is dropped, or the feed is closed for good. A new listener is told ``FeedSignal/connected`` or
    /// ``FeedSignal/disconnected`` first, whichever holds.
    ///
    /// It never fails, and it is bounded: a listener that is too slow loses the oldest signals; the last one always says whether the
    /// feed is heard, and where it was.
    func signals() -> AsyncStream<FeedSignal>
}

/// What ``FeedSignals`` say.
package enum FeedSignal: Hashable, Sendable {
    /// Signals arrive from here on. The feed may have moved before: read it.
    case connected
    /// Signals may be missing until the next ``connected``. Reading each second goes on, as far as the database answers.
    case disconnected
    /// Changes up to this cursor can be read. Cursors of several daemons that stamp arrive in order.
    case moved(FeedCursor)
}
