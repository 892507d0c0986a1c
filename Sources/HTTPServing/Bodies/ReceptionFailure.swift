/// Why a request's body did not come whole. What came before was written into its sink.
package enum ReceptionFailure: Error, Sendable {
    /// The connection or the stream ended before the body did.
    case incomplete
    /// More bytes came than `limit`; those within it were taken.
    case tooLong(limit: Int64)
    /// No byte came for ``ReceptionPace/idleTimeout``.
    case silent(Duration)
    /// Fewer bytes a second came than ``ReceptionPace/minimumRate``, on average over its window.
    case tooSlow(minimumRate: Int64)
    /// Somebody else ended the reception.
    case interrupted(ReceptionInterrupt)
    /// ``BodySink/write(_:)`` threw this; or the threads that call it are shut down.
    case sink(any Error)
}

/// How a reception is to end when somebody else ends it.
package enum ReceptionInterrupt: Hashable, Sendable {
    /// Nothing more is taken.
    case immediately
    /// What is already on its way may still be taken for a short time (``ReceptionPace/interruptionGrace``).
    case afterGrace
}

/// The way to end a reception from outside: a newer request wants the same upload, or the service stops.
package protocol ReceptionInterruption: Sendable {
    /// Calls `handler` at most once, on any thread, when the reception is to end; at once if that is known already.
    func onInterrupt(_ handler: @escaping @Sendable (ReceptionInterrupt) -> Void)

    /// The reception has ended by itself: the handler, which holds on to the connection, must be let go.
    func settle()
}
