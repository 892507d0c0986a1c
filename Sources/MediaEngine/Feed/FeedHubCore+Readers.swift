import MediaCore

/// What the hub knows of each reader, and what it is to do.
extension FeedHubCore {
    typealias ID = UInt64

    /// What is to be done; in the order in which it is returned.
    enum Action {
        case deliver(Handle, [FeedItem], FeedCursor)
        case end(Handle, FeedEnd)
        /// A page has to be read for this reader; ``pageRead(_:after:of:now:)`` takes it.
        case read(ID, after: FeedCursor, FeedFilter)
    }

    enum State: Equatable {
        case ready
        case busy(since: ContinuousClock.Instant)
        case behind
    }

    struct Reader {
        let handle: Handle
        let filter: FeedFilter
        let authority: any EventAuthority
        /// Behind what it was given, or does not want.
        var cursor: FeedCursor
        var state: State
        /// Whether it is given signs of life.
        let hasHeartbeats: Bool
        /// When it was last given something.
        var lastGiven: ContinuousClock.Instant
        /// Behind what a page is being read for it. It may be given a sign of life meanwhile.
        var reading: FeedCursor?
    }

    /// The bounds of readers.
    struct Limits {
        var readers = 10_000
        var ring = 4096
        /// Events of one delivery.
        var delivery = 64
        var heartbeat = Duration.seconds(15)
        /// How long a reader may take over one delivery.
        var patience = Duration.seconds(20)
    }

    /// Somebody who is there without hearing events: a connection that may ask for some later.
    struct Guest {
        let handle: Handle
        let authority: any EventAuthority
    }
}
