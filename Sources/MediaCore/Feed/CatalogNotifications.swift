package import Primitives

/// What the database tells all daemons: that the feed has moved, and which upload somebody wants.
///
/// Second implementation: `InMemoryCatalog` in MediaTesting.
package protocol CatalogNotifications: Sendable {
    /// Listens, on a connection of its own, until the stream is dropped or the database's client is closed for good. It never fails: an
    /// interruption is a ``CatalogNotification/disconnected``, its end a ``CatalogNotification/connected``. Bounded: a listener that is
    /// too slow loses the oldest and is told so in the same way.
    func notifications() -> AsyncStream<CatalogNotification>
}

/// One thing that the database tells.
package enum CatalogNotification: Hashable, Sendable {
    /// Notifications arrive from here on. What happened before was not heard.
    case connected
    /// Notifications may be missed until the next ``connected``.
    case disconnected
    /// Changes up to this cursor can be read.
    case feedMoved(FeedCursor)
    /// Another request, perhaps of another process, wants this upload since `asked`.
    /// See ``UploadCatalog/requestTakeover(of:asked:)``.
    case uploadTakeoverRequested(UploadID, asked: Timestamp)
}
