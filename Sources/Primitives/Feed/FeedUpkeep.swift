/// What keeps a feed going: giving committed changes their positions, and removing old ones. Any number of processes may do both at once.
package protocol FeedUpkeep: Sendable {
    /// Gives the changes that were committed so far their positions, a bounded number of them, whole transactions.
    ///
    /// A new epoch begins here when the database turns out to have another history.
    func stamp() async throws -> FeedStamp

    /// Removes the oldest changes that are older than `age`, and those beyond the newest `count`: a bounded number of them, whole
    /// transactions. Later positions stay what they are, and the floor is published in the same transaction.
    /// - Returns: how many were removed; 0 when nothing is left to do.
    @discardableResult
    func prune(olderThan age: Duration, keeping count: Int) async throws -> Int
}

/// What a stamping found.
package enum FeedStamp: Hashable, Sendable {
    /// Every committed change has its position; the head is here.
    case nothing(FeedCursor)
    /// Somebody else is at it, who may have looked before the last commit: look again soon.
    case busy
    /// The head moved to here; more may be waiting.
    case stamped(FeedCursor, hasMore: Bool)
}
