/// What a ``ChangeLog`` tells those who listen, in every process, also of changes that were made by hand in SQL.
///
/// A notification is a hint, not an event: it says that something is no longer what it was. Events are read with
/// ``ChangeLog/changes(after:limit:)``.
package enum ChangeNotification: Hashable, Sendable {
    /// Notifications arrive from here on. What happened before was not heard: read the state afresh.
    case connected
    /// Notifications may be missed until the next ``connected``.
    case disconnected
    /// The record at this path was changed or deleted, or now has another path.
    case recordChanged(MediaPath)
    /// Every record may have changed.
    case allRecordsChanged
    /// Another request, perhaps of another process, wants this upload since `asked`.
    /// See ``UploadCatalog/requestTakeover(of:asked:)``.
    case uploadTakeoverRequested(UploadID, asked: Timestamp)
}
