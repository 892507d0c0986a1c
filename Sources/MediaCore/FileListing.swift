package import Primitives

/// A part of a list of files, newest first.
package struct FileListing: Hashable, Sendable {
    package var files: [MediaFile]
    /// Where the search stopped before there were as many files as asked for: older ones may match. Nil: none do, or the list is full.
    package var end: MediaID?
    /// Of the feed, in the same snapshot; nil where there is none.
    package var head: FeedCursor?

    package init(files: [MediaFile], end: MediaID?, head: FeedCursor?) {
        self.files = files
        self.end = end
        self.head = head
    }
}
