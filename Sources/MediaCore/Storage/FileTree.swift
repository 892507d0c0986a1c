/// Storage port: the public tree, with the names that people see.
///
/// One of the four storage ports; see ``Staging``, ``RenditionStore`` and ``StorageHealth`` for the others. On a file system this is
/// `files/` under the storage root. Every method does its work off the event loops and the cooperative pool. All throw
/// ``MediaError``: `storage_full`, `storage_unavailable`, and what each method names.
///
///     let staged = try await staging.stage()
///     try await staged.append(bytes)
///     _ = try await staged.synchronize()
///     try await tree.publish(staged.name, owner: staging.owner, to: path, replacing: false)
///     try await tree.synchronizeFolder(of: path)    // durable from here on
package protocol FileTree: ContentReading {
    /// Opens a file of the tree for reading.
    ///
    /// A later replacement or removal does not change what was opened.
    /// - Throws: `not_found`, also where a symbolic link or something that is no regular file lies on the way.
    func open(_ path: MediaPath) async throws(MediaError) -> Content

    /// Moves a synchronised staged file to its place, making folders as needed.
    ///
    /// Atomic: others see the old file, or none, or all of the new one. Durable only after ``synchronizeFolder(of:)``.
    /// - Parameters:
    ///   - staged: its name in the owner's staging folder.
    ///   - owner: the process that staged it; another one than this where a commit of a dead process is finished.
    /// - Throws: `path_occupied` when `replacing` is false and something lies there, or a folder is in the way.
    func publish(_ staged: String, owner: String, to path: MediaPath, replacing: Bool) async throws(MediaError)

    /// Makes a publication durable: fsync of the folder that holds `path`, and of the folders above it.
    func synchronizeFolder(of path: MediaPath) async throws(MediaError)

    /// Removes a file durably, then folders that this left empty (never a collection's own); not an error when it is gone.
    ///
    /// - Throws: `path_occupied` where a folder lies at `path`.
    func remove(_ path: MediaPath) async throws(MediaError)

    /// Everything that lies under `folder` (the whole tree when nil), in a stable order, in bounded memory.
    ///
    /// The stream ends early with a ``MediaError`` when the tree cannot be read.
    func entries(under folder: MediaPath.Folder?) -> AsyncThrowingStream<TreeEntry, any Error>
}

extension MediaPath {
    /// A folder of the tree, relative to `files/`, e.g. `posters`, `videos/trailers`.
    package struct Folder: Hashable, Sendable {
        /// With slashes between the segments, none at the ends.
        package let text: String

        /// Takes the text as it is; one that names no folder has no entries.
        package init(_ text: String) { self.text = text }
    }
}

/// Something found by walking the tree.
package enum TreeEntry: Sendable, Hashable {
    /// A regular file whose path keeps the rules of ``MediaPath``.
    case file(MediaPath, FileIdentity)
    /// A symbolic link, socket, device, or a name that breaks the rules; `path` is only for showing.
    case foreign(path: String, reason: String)
}
