/// What keeps the feed going: giving committed changes their positions, and removing old ones.
///
/// Second implementation: `InMemoryCatalog` in MediaTesting. Every method throws ``MediaError`` with `catalog_unavailable` when the
/// database cannot be reached or does not answer in time.
package protocol FeedUpkeep: Sendable {
    /// Gives the changes that were committed so far their positions, a bounded number of them, whole transactions.
    ///
    /// Any number of daemons may call it at once. A new epoch begins here when the database turns out to have another history.
    func stamp() async throws(MediaError) -> FeedStamp

    /// Removes the oldest changes that are older than `age`, and those beyond the newest `count`: a bounded number of them, whole
    /// transactions. Later positions stay what they are, and the floor is published in the same transaction.
    /// - Returns: how many were removed; 0 when nothing is left to do.
    @discardableResult
    func prune(olderThan age: Duration, keeping count: Int) async throws(MediaError) -> Int

    /// Begins another epoch when the feed's head lies before `cursor`, of the same epoch: the database was set back to an older state,
    /// by means that left no trace in it.
    func renewEpoch(ifBefore cursor: FeedCursor) async throws(MediaError)

    /// Adds the change that a preset's rendition of a file was made, unless the file has other bytes by now.
    func noteRendition(preset: String, of file: MediaFile) async throws(MediaError)
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
