/// How much room lists may take. Both are documented settings of filmd (`playlists.*`).
package struct PlaylistLimits: Hashable, Sendable {
    /// Lists of one account, the two that everybody has included.
    package var lists: Int
    /// Films on one list.
    package var items: Int

    package init(lists: Int = 100, items: Int = 1000) {
        self.lists = lists
        self.items = items
    }
}
