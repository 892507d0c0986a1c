/// The log of all committed changes of records, and the notifications that go with them.
///
/// **Append.** There is no method for it: the methods of ``Catalog`` that write records append the change in the transaction of
/// the write (invariant 8). A transaction that is rolled back leaves nothing in the log.
///
/// **Read.** Keep the cursor of the last page and ask for what comes after it:
///
///     var cursor = try await log.end()
///     // ... read the records once, then follow:
///     let page = try await log.changes(after: cursor, limit: 100)
///     for change in page.changes { ... }
///     cursor = page.next
///
/// Every change gets a position, but positions are not promised in the order of the commits: with writers at the same time, a
/// change can appear behind a cursor that a reader already has, and that reader never gets it. So a log that is followed by its
/// cursors is not complete yet; it will be when positions are stamped in the order of the commits. Whoever must not miss a change
/// reads the records as well.
///
/// **Listen.** A notification says that a record which was known is no longer what it was: changed, moved or deleted. A new record
/// is not announced, so who waits for one reads from time to time. Notifications do not depend on positions.
///
/// Second implementation: `InMemoryCatalog` in MediaTesting; one conformance suite (`ChangeLogConformance`) runs on both. Every
/// method throws ``MediaError`` with `catalog_unavailable` when the database cannot be reached or does not answer in time.
package protocol ChangeLog: Sendable {
    /// The position behind the newest change: a reader that begins there gets the changes that come, with the exception that is
    /// described above.
    func end() async throws(MediaError) -> ChangeCursor

    /// The changes after a position, in the order of their positions.
    /// - Parameters:
    ///   - cursor: of an earlier page, or ``end()``; nil begins with the first change that the log still holds.
    ///   - limit: changes at most.
    /// - Throws: `invalid_request` for a cursor that this log did not give out.
    func changes(after cursor: ChangeCursor?, limit: Int) async throws(MediaError) -> ChangePage

    /// Removes the changes up to a position, that of the cursor included. Later positions stay what they are.
    /// - Returns: how many were removed.
    /// - Throws: `invalid_request` for a cursor that this log did not give out.
    @discardableResult
    func prune(through cursor: ChangeCursor) async throws(MediaError) -> Int

    /// Listens until the stream is dropped or the log's connection is closed for good. It never fails: an interruption is a
    /// ``ChangeNotification/disconnected``, its end a ``ChangeNotification/connected``. Bounded: a listener that is too slow
    /// loses the oldest notifications and is told so in the same way.
    func notifications() -> AsyncStream<ChangeNotification>
}
