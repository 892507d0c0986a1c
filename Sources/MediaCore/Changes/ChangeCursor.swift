/// A position in a ``ChangeLog``: a reader goes on behind it.
///
/// The text is the log's own. Readers keep it and hand it back; they do not compare it, count with it or make one.
package struct ChangeCursor: Hashable, Sendable, CustomStringConvertible {
    /// The position in the log's own notation.
    package let text: String

    /// Takes a cursor back that a log gave out, e.g. from a client.
    package init(text: String) { self.text = text }

    package var description: String { self.text }
}

/// Consecutive changes of a ``ChangeLog``, in the order of their positions.
package struct ChangePage: Hashable, Sendable {
    /// One change and the position behind it.
    package struct Entry: Hashable, Sendable {
        /// The position behind the change.
        package var cursor: ChangeCursor
        /// What happened.
        package var change: FileChange

        package init(cursor: ChangeCursor, change: FileChange) {
            self.cursor = cursor
            self.change = change
        }
    }

    /// In the order of their positions; empty when the log has nothing behind the cursor.
    package var entries: [Entry]
    /// Where the next page begins. Without entries it is the cursor that was asked for.
    package var next: ChangeCursor
    /// True when the log held more changes than the limit allowed.
    package var hasMore: Bool

    package init(entries: [Entry], next: ChangeCursor, hasMore: Bool) {
        self.entries = entries
        self.next = next
        self.hasMore = hasMore
    }

    /// The changes without their positions.
    package var changes: [FileChange] { self.entries.map(\.change) }
}
