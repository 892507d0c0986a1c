/// The bytes of the files: the storage root's side of the house, as the engine sees it.
///
/// Implemented by MediaStorage; MediaTesting wraps it to make the nth call fail. Every method runs its system calls off the
/// cooperative pool. All throw ``MediaError``: `storage_full`, `storage_unavailable`, and what each method names.
package protocol FileStore: Sendable {
    /// The name of this process's folder in `staging/`.
    var owner: String { get }

    // MARK: Staging

    /// Makes an empty file in the staging area.
    func stage() async throws(MediaError) -> any StagedFile

    /// The staged file of an intent, if it is still there.
    func stagedFileExists(owner: String, name: String) async throws(MediaError) -> Bool

    /// Removes one staged file; not an error when it is gone.
    func removeStaged(owner: String, name: String) async throws(MediaError)

    /// Owners whose process is gone.
    func deadOwners() async throws(MediaError) -> [DeadOwner]

    /// True while the owner's folder is there, whether its process lives or not.
    func ownerExists(_ owner: String) async throws(MediaError) -> Bool

    /// Removes a dead owner's folder with all that is left in it, and returns how many files that were.
    func sweep(owner: String) async throws(MediaError) -> Int

    /// Runs `body` while no other process or task does the same on this storage root. Waits for its turn, within bounds.
    /// - Throws: `busy` when the turn does not come.
    func exclusively<Result: Sendable>(
        _ body: @Sendable () async throws(MediaError) -> Result
    ) async throws(MediaError) -> Result

    // MARK: The public tree

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

    // MARK: Renditions

    /// Opens a rendition, and notes that it is used.
    /// - Returns: nil when it is not there.
    func openRendition(_ key: RenditionKey) async throws(MediaError) -> OpenFile?

    /// Moves a finished staged file to the rendition's place.
    func storeRendition(_ staged: String, as key: RenditionKey) async throws(MediaError)

    /// Removes all renditions of a digest.
    func removeRenditions(of digest: Digest) async throws(MediaError)

    /// The digest prefixes that have renditions, of those that begin with two hex digits: a part of the whole at a time.
    func renditionPrefixes(beginning digits: String) async throws(MediaError) -> [String]

    /// Removes all renditions under a digest prefix.
    func removeRenditions(prefix: String) async throws(MediaError)

    /// The renditions whose digests begin with two hex digits.
    func renditions(beginning digits: String) async throws(MediaError) -> [StoredRendition]

    /// Removes one rendition; not an error when it is gone. Who has it open reads on.
    func removeRendition(path: String) async throws(MediaError)

    /// Notes that renditions are used which were opened some time ago.
    func noteUse(of renditions: [OpenFile]) async throws(MediaError)

    // MARK: Health and bytes

    /// Proves that the tree can be written: makes, synchronises and removes a small file in staging.
    func probe() async throws(MediaError)

    /// The bytes of a small open file.
    /// - Throws: `storage_unavailable`; `internal_error` where it has more than `limit` bytes.
    func contents(of file: OpenFile, limit: Int) async throws(MediaError) -> [UInt8]

    /// Reads all bytes of an open file.
    func digest(of file: OpenFile) async throws(MediaError) -> Digest
}

/// A process that is gone, and what it left.
package struct DeadOwner: Sendable, Hashable {
    package var name: String
    /// Files in its staging folder.
    package var stagedFiles: Int

    package init(name: String, stagedFiles: Int) {
        self.name = name
        self.stagedFiles = stagedFiles
    }
}

extension MediaPath {
    /// A folder of the tree, relative to `files/`, e.g. `posters`, `videos/trailers`.
    package struct Folder: Hashable, Sendable {
        package let text: String
        package init(_ text: String) { self.text = text }
    }
}

/// A file in the staging area that is being written by one task.
package protocol StagedFile: ByteSink {
    /// The file's name in this process's staging folder.
    var name: String { get }
    /// Bytes written so far.
    var size: ByteCount { get async }

    /// Writes at the end, hashing on the way.
    func append(_ bytes: [UInt8]) async throws(MediaError)

    /// Writes a stretch of another file at the end, hashing on the way.
    /// - Throws: `storage_unavailable` also when that file ends before.
    func append(_ stretch: Range<Int64>, of file: OpenFile) async throws(MediaError)

    /// SHA-256 of what was written so far.
    func digest() async throws(MediaError) -> Digest

    /// Makes the bytes durable (fsync) and gives the file its modification time.
    func synchronize() async throws(MediaError) -> FileVersion

    /// Makes durable what a worker wrote through ``open()``'s descriptor.
    func synchronizeForeignBytes() async throws(MediaError)

    /// A readable view of what was written so far; writable too, for workers that fill it.
    func open() async throws(MediaError) -> OpenFile

    /// Removes the file, whatever its state; not an error when it was published.
    func discard() async
}

/// Something found by walking the tree.
package enum TreeEntry: Sendable, Hashable {
    case file(MediaPath, FileIdentity)
    /// A symbolic link, socket, device, or a name that breaks the rules; `path` is only for showing.
    case foreign(path: String, reason: String)
}
