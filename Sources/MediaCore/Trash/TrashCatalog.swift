package import Primitives

/// Port: the records of deleted files. ``Catalog/remove(_:as:)`` makes them.
///
/// Second implementation: `InMemoryCatalog` in MediaTesting; one conformance suite runs on both. Every method throws ``MediaError`` with
/// `catalog_unavailable` when the database cannot be reached.
package protocol TrashCatalog: Sendable {
    /// A deleted file; nil where it is not in the trash.
    func trashEntry(_ id: MediaID) async throws(MediaError) -> TrashEntry?

    /// The latest first; keyset paging.
    func trash(
        in collection: String?,
        after cursor: TrashEntry.Cursor?,
        limit: Int
    ) async throws(MediaError) -> [TrashEntry]

    /// How much there is.
    func trashTotals() async throws(MediaError) -> TrashTotals

    /// Records the intent to bring a file back, which keeps its name and path, and keeps the entry from expiring.
    /// - Throws: `not_found` where it is not in the trash, `name_taken` where another file has name or path, `name_busy`.
    func beginRestoring(_ intent: CommitIntent) async throws(MediaError)

    /// Writes the record as it was, its former paths, the links whose places are free, and the change; ends entry and intent. In one
    /// transaction; doing it twice is harmless.
    /// - Throws: `name_taken`.
    func finishRestoring(_ intent: CommitIntent) async throws(MediaError)

    /// Ends the intent; the file stays in the trash.
    func abandonRestoring(_ intent: CommitIntent) async throws(MediaError)

    /// Forgets a deleted file, unless it is on its way into the trash or back.
    /// - Parameter time: only one that expired by then; nil: in any case.
    /// - Returns: whether it was forgotten: its bytes are to be removed.
    func forgetTrash(_ id: MediaID, expiredBy time: Timestamp?) async throws(MediaError) -> Bool

    /// Deleted files that expired, the oldest first.
    func expiredTrash(by time: Timestamp, limit: Int) async throws(MediaError) -> [MediaID]

    /// Those of `ids` that are in the trash.
    func trashed(among ids: [MediaID]) async throws(MediaError) -> Set<MediaID>

    /// Those of `ids` that are records: in a database that was restored to a state before their deletion, their bytes are in the trash all the
    /// same.
    func recorded(among ids: [MediaID]) async throws(MediaError) -> Set<MediaID>

    /// Tells `media.delete()` how long the trash keeps what it deletes.
    func setTrashRetention(_ retention: Duration) async throws(MediaError)

    /// Files of a collection that did not change since `time`, that nothing ever linked, and that never came back from the trash; keyset
    /// paging by id. Foreign keys may refer to them: trying to delete them tells.
    func neverLinked(
        in collection: String,
        unchangedSince time: Timestamp,
        after cursor: MediaID?,
        limit: Int
    ) async throws(MediaError) -> [MediaFile]
}

extension CommitIntent {
    /// The owner of what `media.delete()` began: no process, so any daemon brings it to its end.
    package static let sqlOwner = "sql"
}
