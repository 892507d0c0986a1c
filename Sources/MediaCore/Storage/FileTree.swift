/// The public tree: `files/` under the storage root, with the names that people see.
///
/// Every method runs its system calls off the cooperative pool. All throw ``MediaError``: `storage_full`, `storage_unavailable`,
/// and what each method names.
package protocol FileTree: Sendable {
    /// Opens a file of the tree for reading.
    /// - Throws: `not_found`, also where a symbolic link or something that is no regular file lies on the way.
    func open(_ path: MediaPath) async throws(MediaError) -> OpenFile

    /// Moves a synchronised staged file to its place, making folders as needed.
    /// - Throws: `path_occupied` when `replacing` is false and something lies there, or a folder is in the way.
    func publish(_ staged: String, owner: String, to path: MediaPath, replacing: Bool) async throws(MediaError)

    /// fsync of the folder that holds `path`, and of the folders above it.
    func synchronizeFolder(of path: MediaPath) async throws(MediaError)

    /// Unlinks a file, then folders that this left empty (never a collection's own); not an error when it is gone.
    func remove(_ path: MediaPath) async throws(MediaError)

    /// Everything that lies under `folder` (the whole tree when nil), in a stable order, in bounded memory.
    func entries(under folder: MediaPath.Folder?) -> AsyncThrowingStream<TreeEntry, any Error>

    /// The bytes of a small open file.
    /// - Throws: `storage_unavailable`; `internal_error` where it has more than `limit` bytes.
    func contents(of file: OpenFile, limit: Int) async throws(MediaError) -> [UInt8]

    /// Reads all bytes of an open file.
    func digest(of file: OpenFile) async throws(MediaError) -> Digest
}

extension MediaPath {
    /// A folder of the tree, relative to `files/`, e.g. `posters`, `videos/trailers`.
    package struct Folder: Hashable, Sendable {
        package let text: String
        package init(_ text: String) { self.text = text }
    }
}

/// Something found by walking the tree.
package enum TreeEntry: Sendable, Hashable {
    case file(MediaPath, FileIdentity)
    /// A symbolic link, socket, device, or a name that breaks the rules; `path` is only for showing.
    case foreign(path: String, reason: String)
}
