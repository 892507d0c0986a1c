/// Storage port: the bytes of deleted files, out of the public tree.
///
/// On a file system this is `trash/` under the storage root, each file by its id. Every method does its work off the event loops and the
/// cooperative pool, and is durable when it returns. All throw ``MediaError``: `storage_full`, `storage_unavailable`, and what each names.
package protocol TrashStore: Sendable {
    /// Takes a file out of the tree, then folders that this left empty (never a collection's own); not an error when it is gone, or is here
    /// already: then what lies at `path` is another file, and stays.
    ///
    /// - Parameter identity: of the version that was deleted. Other bytes that are kept under this id give way to it: an entry that had them
    ///   was lost.
    /// - Throws: `path_occupied` where a folder lies at `path`, or neither of the two is of that version.
    func take(_ path: MediaPath, as id: MediaID, identity: FileIdentity) async throws(MediaError)

    /// Gives a file its place in the tree again, making folders as needed.
    ///
    /// - Throws: `not_found` when it is not here; `path_occupied` when something lies at `path`.
    func putBack(_ id: MediaID, to path: MediaPath) async throws(MediaError)

    /// Removes the bytes for good; not an error when they are gone.
    func remove(_ id: MediaID) async throws(MediaError)

    /// Whether the bytes are here.
    func holds(_ id: MediaID) async throws(MediaError) -> Bool

    /// What is here, in no order.
    func ids() async throws(MediaError) -> [MediaID]
}
