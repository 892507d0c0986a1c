/// A file in the staging area that is being written by one task.
///
/// Always a file of this machine, whatever store its bytes go to in the end: workers read and write it through a descriptor.
/// All methods throw ``MediaError``: `storage_full`, `storage_unavailable`, and what each names.
package protocol StagedFile: ByteSink {
    /// The file's name in this process's staging folder.
    var name: String { get }
    /// Bytes written so far.
    var size: ByteCount { get async }

    /// Writes at the end, hashing on the way.
    func append(_ bytes: [UInt8]) async throws(MediaError)

    /// Writes a range of another file at the end, hashing on the way.
    ///
    /// - Parameter range: offsets in `file`, in bytes.
    /// - Throws: `storage_unavailable` also when that file ends before.
    func append(_ range: Range<Int64>, of file: OpenFile) async throws(MediaError)

    /// SHA-256 of what was written so far.
    func digest() async throws(MediaError) -> Digest

    /// Makes the bytes durable (fsync) and gives the file its modification time: now, and later than `previous` also where the
    /// clock was set back meanwhile.
    ///
    /// - Parameter previous: the time of the version that this one replaces; nil when it replaces none.
    /// - Returns: size, digest and time, as the file will be recognised in the tree.
    /// - Throws: `storage_unavailable` also when the file has another size than was written to it.
    func synchronize(after previous: Timestamp?) async throws(MediaError) -> FileVersion

    /// Makes durable what a worker wrote through ``open()``'s descriptor.
    func synchronizeForeignBytes() async throws(MediaError)

    /// A readable view of what was written so far; writable too, for workers that fill it.
    func open() async throws(MediaError) -> OpenFile

    /// Removes the file, whatever its state; not an error when it was published.
    func discard() async
}

extension StagedFile {
    /// ``synchronize(after:)`` for a file that replaces none.
    package func synchronize() async throws(MediaError) -> FileVersion { try await self.synchronize(after: nil) }
}
