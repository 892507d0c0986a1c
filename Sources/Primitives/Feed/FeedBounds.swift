/// How far a feed of changes reaches.
package struct FeedBounds: Hashable, Sendable {
    /// The oldest cursor that one can still go on from: changes up to it were pruned.
    package var floor: FeedCursor
    /// The cursor behind the newest change.
    package var head: FeedCursor

    package init(floor: FeedCursor, head: FeedCursor) {
        self.floor = floor
        self.head = head
    }

    /// Whether all that lies behind a cursor is there: it is of the same epoch, not below the floor and not beyond the head.
    package func contains(_ cursor: FeedCursor) -> Bool {
        cursor.epoch == self.head.epoch && cursor.position >= self.floor.position
            && cursor.position <= self.head.position
    }
}
