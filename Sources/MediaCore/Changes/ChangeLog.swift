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
/// **Listen.** A notification says when reading is worth while; losing one loses no change.
///
/// Second implementation: `InMemoryCatalog` in MediaTesting; one conformance suite (`ChangeLogConformance`) runs on both. Every
/// method throws ``MediaError`` with `catalog_unavailable` when the database cannot be reached or does not answer in time.
package protocol ChangeLog: Sendable {
    /// The position behind the newest change: a reader that begins there gets the changes that come.
    func end() async throws(MediaError) -> ChangeCursor

    /// The changes after a position, oldest first.
    /// - Parameters:
    ///   - cursor: of an earlier page, or ``end()``; nil begins with the oldest change that the log still holds.
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
